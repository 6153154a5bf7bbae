import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { startGuardedChild } from '../guardedChild.js';

const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;
const LAST_WORDS_CHARACTERS = 2_000;

/** One node of Fabric's own commands, with its directory of configuration, data and log. */
export interface NodeOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** `core.yaml` or `orderer.yaml`; JSON is YAML. */
  readonly configFile: string;
  readonly config: object;
  /** Of the gRPC endpoint on localhost. */
  readonly port: number;
  readonly tlsRootCertificatePem: string;
}

export interface FabricNode {
  readonly name: string;
  readonly pid: number;
  /** Resolves with a reason once the node has ended, however it ended. */
  readonly ended: Promise<string>;
  /** Ends the node and waits for its end. */
  stop(): Promise<void>;
}

/** In the node's own directory, with no variable of ours (`CORE_…` would change its configuration), and its words in a file. */
const IN_DIRECTORY =
  'cd "$1" && shift && exec env -i FABRIC_CFG_PATH="$PWD" HOME="$PWD" PATH="$PATH" "$@" >node.log 2>&1';

/**
 * Starts a node and waits until it shakes hands over TLS. It ends with this process, however this one ends.
 * @throws {Error} with the last lines of its log where it does not start
 */
export async function startNode(options: NodeOptions): Promise<FabricNode> {
  const { name, directory, port } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, options.configFile), JSON.stringify(options.config, null, 2));
  const child = await startGuardedChild({
    command: 'sh',
    args: ['-c', IN_DIRECTORY, 'sh', directory, options.command, ...options.args],
    ready: /\n/,
  });
  const failure = await untilReady(port, options.tlsRootCertificatePem, child.ended);
  if (failure === null) return { name, pid: child.pid, ended: child.ended, stop: () => child.stop() };
  await child.stop();
  const words = lastWords(join(directory, 'node.log'));
  throw new Error(`${name} did not start: ${failure}. Its last words: ${words}`);
}

/** Null once the node answers, else why it does not. */
async function untilReady(port: number, rootPem: string, ended: Promise<string>): Promise<string | null> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let end: string | null = null;
  void ended.then((reason) => (end = reason));
  while (Date.now() < deadline) {
    if (end !== null) return end;
    if (await shakesHands(port, rootPem)) return null;
    await sleep(READY_POLL_MS);
  }
  return `no TLS handshake on port ${port} in ${READY_TIMEOUT_MS / 1000} s`;
}

function shakesHands(port: number, rootPem: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca: rootPem, servername: 'localhost', ALPNProtocols: ['h2'] });
    const answer = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(2_000, () => answer(false));
    socket.once('secureConnect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

function lastWords(path: string): string {
  return (existsSync(path) ? readFileSync(path, 'utf8') : '').slice(-LAST_WORDS_CHARACTERS).trim() || '(none)';
}
