import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithBench } from '../temporary.js';

/** What a client asks, and how the answer must begin. */
export interface Question {
  readonly body: string;
  readonly expected: string;
}

/** What a round of load saw; times in milliseconds. */
export interface Rate {
  readonly count: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface Load {
  readonly seconds: number;
  readonly clients: number;
  /** A file of questions, as JSON. */
  readonly questions: string;
}

/** One round of the load client against a server, in a process of its own. */
export function load(url: string, { questions, seconds, clients }: Load): Promise<Rate> {
  const program = fileURLToPath(new URL('./client.js', import.meta.url));
  const parameters = [program, url, questions, String(seconds), String(clients)];
  const child = endWithBench(spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] }));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output) as Rate) : reject(new Error(`The load client failed:\n${output}`)),
    );
  });
}

export const bestOf = (rates: readonly Rate[]): Rate =>
  rates.reduce((best, one) => (one.perSecond > best.perSecond ? one : best));
