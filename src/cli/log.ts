import { pino, type Logger } from 'pino';
import pinoPretty from 'pino-pretty';

/** One line of JSON a record; friendly text on a terminal. */
export function createLogger(): Logger {
  const options = { base: null, timestamp: pino.stdTimeFunctions.isoTime, level: 'info' };
  if (process.stdout.isTTY)
    return pino(
      options,
      pinoPretty({ colorize: true, translateTime: 'HH:MM:ss', sync: true, ignore: 'pid,hostname', singleLine: true }),
    );
  return pino(options, pino.destination({ fd: 1, sync: true }));
}
