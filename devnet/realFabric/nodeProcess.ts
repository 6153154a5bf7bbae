import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';

const STOP_TIMEOUT_MS = 10_000;
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
  /** Ends the node (SIGTERM, then SIGKILL after ten seconds) and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a node and waits until it shakes hands over TLS. @throws {Error} with the last lines of its log where it does not */
export async function startNode(options: NodeOptions): Promise<FabricNode> {
  const { name, directory, port } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(join(directory, options.configFile), JSON.stringify(options.config, null, 2));
  const logPath = join(directory, 'node.log');
  // Through a pipe of ours, not a file of its own: a node whose parent was killed ends at its next line.
  const child = spawn(options.command, options.args, {
    cwd: directory,
    env: { FABRIC_CFG_PATH: directory, HOME: directory, FABRIC_LOGGING_SPEC: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logPath);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = endOf(child);
  void ended.then(() => log.end());
  const failure = await untilReady(port, options.tlsRootCertificatePem, ended);
  const { pid } = child;
  if (failure !== null || pid === undefined) {
    await stopChild(child, ended);
    throw new Error(`${name} did not start: ${failure ?? 'no process'}. Its last words: ${lastWords(logPath)}`);
  }
  return { name, pid, stop: () => stopChild(child, ended) };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`));
  });
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

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

function lastWords(path: string): string {
  return readFileSync(path, 'utf8').slice(-LAST_WORDS_CHARACTERS).trim() || '(none)';
}
