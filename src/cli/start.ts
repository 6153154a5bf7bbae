import { InvalidArgumentError, type Command } from 'commander';
import { startApp } from '../app/index.js';
import { environment, loadConfig } from '../config/index.js';
import { createLogger } from './log.js';
import { version } from './version.js';

/** `parley start`: reads the ledgers and serves the graph until it is told to stop. */
export function addStart(program: Command, finish: (code: number) => void): void {
  program
    .command('start')
    .description('Read the ledgers of a configuration and serve the graph over them, until Ctrl-C.')
    .option('-c, --config <file>', 'the configuration', 'parley.yaml')
    .option('-p, --port <number>', 'instead of server.port (0 lets the system choose)', portNumber)
    .addHelpText('after', '\nExamples:\n  parley start --config parley.yaml\n  parley start --port 4100\n')
    .action(async (options: { config: string; port?: number }) => {
      const config = loadConfig(options.config, environment());
      const server = options.port === undefined ? config.server : { ...config.server, port: options.port };
      finish(await serve({ ...config, server }));
    });
}

async function serve(config: ReturnType<typeof loadConfig>): Promise<number> {
  const logger = createLogger();
  const app = await startApp(config, { logger, version: version() });
  logger.info(
    { url: app.url, graphiql: `${app.url}/graphiql`, version: version() },
    `the graph is at ${app.url}/graphql`,
  );
  await stopSignal();
  logger.info('stopping: finishing what runs');
  await app.close();
  logger.info('stopped');
  return 0;
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('Expected: a number from 0 to 65535.');
  return port;
}
