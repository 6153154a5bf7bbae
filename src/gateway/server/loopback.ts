import { isIPv4 } from 'node:net';
import { ParleyError } from '../../errors/index.js';

/** Whether an address reaches no other machine: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** @throws ParleyError NOT_LOOPBACK: without accounts everyone who reaches Parley may read everything. */
export function requireLoopback(host: string): void {
  if (isLoopback(host)) return;
  throw new ParleyError(
    'NOT_LOOPBACK',
    `Parley does not listen on ${host}: it has no accounts yet, and whoever reached it could read everything`,
    {
      got: host,
      expected: '127.0.0.0/8, ::1 or localhost',
    },
  );
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'the system does not let this user listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'this machine knows no such name',
};

/** Why a server cannot listen, in words that an operator can act on. */
export function notListening({ host, port }: { host: string; port: number }, cause: Error): ParleyError {
  const code = 'code' in cause ? String(cause.code) : '';
  return new ParleyError('CONFIG_INVALID', `Parley cannot listen on ${host}:${port}: ${WHY[code] ?? cause.message}`, {
    fix: 'Give another `server.port` (or --port; 0 lets the system choose), or end what listens there.',
    cause,
  });
}
