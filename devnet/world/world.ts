import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ParleyError } from '../../src/errors/index.js';
import { devAccount, devAccountOf, startEthereum, type EthereumWorld } from '../ethereum/index.js';
import { repositoryRoot } from '../repositoryRoot.js';
import { INVITED, openStory, PARTIES, PARTY_NAMES, type Party, type Story, type StoryWorld } from '../story/index.js';
import { writeDevFile } from './devFile.js';
import { startFabricWorld, type FabricWorld } from './fabric.js';
import { holdDirectory } from './lock.js';
import type { DevOptions } from './options.js';
import { parleyYaml, STORE_FILES, type FabricReader, type KeyFiles } from './parleyConfig.js';
import { startParley, untilReady, type ParleyProcess } from './parleyProcess.js';
import { portOrAny } from './ports.js';
import type { Screen } from './screen.js';

/** The running world: Fabric, Ethereum, the story, and Parley on top. */
export interface DevWorld {
  readonly fabric: FabricWorld;
  readonly ethereum: EthereumWorld;
  readonly parley: ParleyProcess;
  readonly story: Story;
  /** Resolves with a reason once a part of it has ended by itself. */
  readonly ended: Promise<string>;
  /** Stops every process that was started, in reverse. */
  close(): Promise<void>;
}

type Users = Readonly<Record<string, KeyFiles>>;

const READY_WITHIN_MS = 60_000;
/** As on Ethereum's main network: the finalized head is 64 blocks behind, so a reorganisation has room to be tried. */
const SLOTS_IN_AN_EPOCH = 32;

/**
 * Brings everything up: ledgers first, then Parley, then the story's beginning. Once `signal` is aborted no further step is begun;
 * it then stops what it started and throws the signal's reason.
 */
export async function startWorld(options: DevOptions, screen: Screen, signal: AbortSignal): Promise<DevWorld> {
  const { directory } = options;
  const held = holdDirectory(directory);
  const closers: (() => unknown)[] = [() => held.release()];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    if (options.fresh) forget(directory);
    // One that a killed starter left describes processes that are gone.
    rmSync(join(directory, 'dev.json'), { force: true });
    const [fabric, ethereum] = await startLedgers(options, { screen, closers, signal });
    signal.throwIfAborted();
    const parley = await screen.step('Parley', () => startParleyOn(options, fabric, ethereum));
    closers.push(() => parley.stop());
    const story = openStory(storyWorld(fabric, ethereum, parley));
    closers.push(() => story.stop());
    await begin(story, screen, signal);
    await screen.step('the index', () => untilIndexed(parley, signal));
    writeDevFile(directory, { fabric, ethereum, parley, version: packageVersion() });
    closers.push(() => rmSync(join(directory, 'dev.json'), { force: true }));
    return { fabric, ethereum, parley, story, ended: endedOf(fabric, ethereum, parley), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tells the story's beginning, or as much of it as there is time for. */
async function begin(story: Story, screen: Screen, signal: AbortSignal): Promise<void> {
  const stop = (): void => void story.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await screen.step("the story's beginning", (progress) =>
      story.tellBeginning(({ done, total, text }) => progress(`${done} of ${total}: ${text}`)),
    );
  } finally {
    signal.removeEventListener('abort', stop);
    signal.throwIfAborted();
  }
}

async function untilIndexed(parley: ParleyProcess, signal: AbortSignal): Promise<void> {
  if (await untilReady(parley.url, READY_WITHIN_MS, signal)) return;
  signal.throwIfAborted();
  throw new Error(
    `Parley has not read its ledgers in ${READY_WITHIN_MS / 1000} s. Its log, ${parley.log}, says why; ${parley.url}/readyz says which.`,
  );
}

/** Forgets all state but the lock that is held. */
function forget(directory: string): void {
  const stores = Object.values(STORE_FILES).flatMap((file) => [file, `${file}-wal`, `${file}-shm`]);
  for (const name of ['fabric', 'ethereum', ...stores, 'parley.yaml', 'dev.json'])
    rmSync(join(directory, name), { recursive: true, force: true });
}

async function startLedgers(
  options: DevOptions,
  { screen, closers, signal }: { screen: Screen; closers: (() => unknown)[]; signal: AbortSignal },
): Promise<[FabricWorld, EthereumWorld]> {
  const { directory, documentedPorts, fabric: kind } = options;
  const started = await Promise.allSettled([
    screen.step(kind === 'embedded' ? 'embedded Fabric' : 'real Fabric nodes', async (progress) => {
      const fabric = await startFabricWorld(
        { directory: join(directory, 'fabric', kind), kind, documentedPorts, signal },
        progress,
      );
      closers.push(() => fabric.close());
      return fabric;
    }),
    screen.step('the chain', async () => {
      const ethereum = await startEthereum({
        directory: join(directory, 'ethereum'),
        port: documentedPorts ? await portOrAny(8545) : 0,
        slotsInAnEpoch: SLOTS_IN_AN_EPOCH,
      });
      closers.push(() => ethereum.close());
      return ethereum;
    }),
  ]);
  const [fabric, ethereum] = started;
  if (fabric.status === 'rejected') throw fabric.reason;
  if (ethereum.status === 'rejected') throw ethereum.reason;
  return [fabric.value, ethereum.value];
}

async function startParleyOn(
  options: DevOptions,
  fabric: FabricWorld,
  ethereum: EthereumWorld,
): Promise<ParleyProcess> {
  const { directory } = options;
  const config = join(directory, 'parley.yaml');
  writeFileSync(
    config,
    parleyYaml({
      directory,
      more: readMore(options.config),
      port: options.port ?? (options.documentedPorts ? await portOrAny(4000) : 0),
      fabric: {
        kind: fabric.kind,
        channels: fabric.channels.map(({ name, organizations }) => ({
          name,
          readAs: readerOf(fabric, organizations[0] ?? ''),
        })),
      },
      ethereum,
      members: (Object.keys(PARTIES) as Party[]).map((id) => ({
        id,
        name: PARTY_NAMES[id],
        mspId: PARTIES[id],
        account: devAccount(devAccountOf[id]).address,
        walletKey: devAccount(devAccountOf[id]).privateKey,
        admin: userOf(fabric, PARTIES[id], 'admin'),
      })),
      invited: { ...INVITED, walletKey: devAccount(INVITED.account).privateKey },
      ordering: fabric.orderingOrganizations.map(({ name, mspId, files }) => ({
        ...{ name, mspId, admin: keyFilesOf(files, mspId, 'admin') },
      })),
    }),
  );
  return startParley(config, join(directory, 'parley.log'));
}

/** Errors: CONFIG_INVALID where the file is missing, or no map in YAML. */
function readMore(file: string | null): Readonly<Record<string, unknown>> {
  if (file === null) return {};
  try {
    const read: unknown = parse(readFileSync(file, 'utf8'));
    if (read !== null && typeof read === 'object' && !Array.isArray(read)) return read as Record<string, unknown>;
  } catch (cause) {
    const fix = 'See npm start -- --help.';
    throw new ParleyError('CONFIG_INVALID', 'The file that --config names cannot be read', { got: file, fix, cause });
  }
  throw new ParleyError('CONFIG_INVALID', 'The file that --config names holds no keys', {
    ...{ got: file, expected: 'YAML, as in parley.yaml', fix: 'See docs/configuration.md.' },
  });
}

/** A channel is read by an ordinary user of its first organisation. */
function readerOf(fabric: FabricWorld, mspId: string): FabricReader {
  const organization = fabric.organizations.find((one) => one.mspId === mspId);
  if (organization === undefined) throw new Error(`There is no ${mspId}`);
  const { certificate, privateKey } = userOf(fabric, mspId, 'user1');
  return { mspId, connectionProfile: organization.files.connectionProfile, certificate, privateKey };
}

function userOf(fabric: FabricWorld, mspId: string, name: 'admin' | 'user1'): KeyFiles {
  return keyFilesOf(fabric.organizations.find((one) => one.mspId === mspId)?.files, mspId, name);
}

function keyFilesOf(files: { readonly users: Users } | undefined, mspId: string, name: 'admin' | 'user1'): KeyFiles {
  const user = files?.users[name];
  if (user === undefined) throw new Error(`${mspId} has no ${name}`);
  return user;
}

function storyWorld(fabric: FabricWorld, ethereum: EthereumWorld, { url }: ParleyProcess): StoryWorld {
  return {
    parley: { url },
    organizations: fabric.organizations,
    ethereum: { rpc: ethereum.rpc, chainId: ethereum.chainId, contracts: ethereum.contracts },
  };
}

function endedOf(fabric: FabricWorld, ethereum: EthereumWorld, parley: ParleyProcess): Promise<string> {
  return Promise.race([
    fabric.ended,
    ethereum.ended.then((reason) => `the chain ended: ${reason}`),
    parley.ended.then((reason) => `Parley ended: ${reason} (its log: ${parley.log})`),
  ]);
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(repositoryRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}
