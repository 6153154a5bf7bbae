import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonTool } from '../pythonTool.js';
import { Collected, socketOf, type StreamClientKind, type StreamResult } from './client.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

type Line = StreamResult | { readonly ended: string };

/** Python's gql over WebSocket, installed into an environment of its own on first use; null where Python or the package cannot be had. */
export async function pythonGql(): Promise<StreamClientKind | null> {
  const bin = await pythonTool('gql', readFileSync(here('requirements.txt'), 'utf8'));
  if (bin === null) return null;
  const python = join(bin, 'python');
  return {
    name: 'gql of Python',
    transport: 'WebSocket',
    connect(url) {
      const streams = new Set<Collected>();
      return {
        open(request) {
          const collected = new Collected();
          streams.add(collected);
          const child = spawn(python, [here('gql_client.py'), socketOf(url)], { stdio: ['pipe', 'pipe', 'inherit'] });
          child.stdin.write(`${JSON.stringify(request)}\n`);
          createInterface(child.stdout).on('line', (text) => {
            const line = JSON.parse(text) as Line;
            if ('ended' in line) collected.finish(line.ended);
            else collected.push(line);
          });
          child.once('exit', () => collected.finish(null));
          return collected.stoppedBy(() => child.kill('SIGTERM'));
        },
        close: () => {
          for (const stream of streams) stream.stop();
          return Promise.resolve();
        },
      };
    },
  };
}
