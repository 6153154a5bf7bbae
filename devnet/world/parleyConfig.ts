import { relative } from 'node:path';
import { stringify } from 'yaml';
import { ParleyError } from '../../src/errors/index.js';

export interface ParleyConfigInput {
  /** Where parley.yaml will stand: paths in it are relative to here. */
  readonly directory: string;
  readonly port: number;
  /** Keys that stand beside the dev world's own; lists are joined. */
  readonly more: Readonly<Record<string, unknown>>;
  readonly fabric: {
    readonly kind: 'embedded' | 'real';
    readonly channels: readonly { readonly name: string; readonly readAs: FabricReader }[];
  };
  readonly ethereum: {
    readonly rpc: string;
    readonly ws: string;
    readonly chainId: number;
    readonly contracts: Readonly<Record<string, { readonly address: string; readonly abi: string }>>;
  };
  readonly members: readonly {
    readonly id: string;
    readonly name: string;
    readonly mspId: string;
    readonly account: string;
    /** The private key of `account`; a known development key. */
    readonly walletKey: string;
    /** Files of the member's admin. */
    readonly admin: KeyFiles;
  }[];
  /** Invited by the story and not a member yet: it answers with its wallet. */
  readonly invited: { readonly id: string; readonly name: string; readonly walletKey: string };
  /** Who orders blocks: no members of the consortium, but a channel's settings of ordering need their signatures. */
  readonly ordering: readonly { readonly name: string; readonly mspId: string; readonly admin: KeyFiles }[];
}

export interface KeyFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Whose eyes a channel is read with. */
export interface FabricReader {
  readonly mspId: string;
  readonly connectionProfile: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Embedded and real nodes of one directory hold different channels of the same names: each has an index of its own. */
export const STORE_FILES = { embedded: 'parley.db', real: 'parley-real.db' } as const;

/** parley.yaml of the dev world, as an operator would write it. */
export function parleyYaml(input: ParleyConfigInput): string {
  const path = (file: string): string => `./${relative(input.directory, file)}`;
  const channels = input.fabric.channels.map(({ name, readAs }) => ({
    name,
    fabric: {
      channel: name,
      connectionProfile: path(readAs.connectionProfile),
      identity: { mspId: readAs.mspId, certificate: path(readAs.certificate), privateKey: path(readAs.privateKey) },
    },
  }));
  const document = {
    server: { host: '127.0.0.1', port: input.port },
    store: { url: `sqlite:./${STORE_FILES[input.fabric.kind]}` },
    limits: { requestsPerMinute: 60_000 },
    network: {
      ...{ id: 'harbour', name: 'Harbour Trade', description: 'Coffee from farm to roaster' },
      consortium: { channel: 'trade', chaincode: 'consortium' },
    },
    members: [
      ...input.members.map(({ id, name, mspId, account }) => ({
        id,
        name,
        mspIds: [mspId],
        accounts: [`eip155:${input.ethereum.chainId}:${account}`],
      })),
      { id: input.invited.id, name: input.invited.name },
    ],
    ledgers: [...channels, { name: 'settlement', ethereum: chainOf(input, path) }],
    signers: signersOf(input, path),
  };
  return `# Made by npm start; made anew at every start. A configuration of your own: parley init.\n${stringify(joined(document, input.more))}`;
}

/** Errors: CONFIG_INVALID where a key that is no list is the dev world's own. */
function joined(own: Readonly<Record<string, unknown>>, more: ParleyConfigInput['more']): object {
  const added = Object.entries(more).map(([key, value]): [string, unknown] => {
    const before = own[key];
    if (before === undefined) return [key, value];
    if (Array.isArray(before) && Array.isArray(value))
      return [key, [...(before as unknown[]), ...(value as unknown[])]];
    throw new ParleyError('CONFIG_INVALID', `The dev world sets \`${key}\` itself`, {
      expected: 'keys that it does not set, such as `amb`, and lists',
      fix: 'Take it out of the file that --config names, or configure a Parley of your own: parley init.',
    });
  });
  return { ...own, ...Object.fromEntries(added) };
}

function chainOf({ ethereum }: ParleyConfigInput, path: (file: string) => string): object {
  const { rpc, ws, chainId } = ethereum;
  const contracts = Object.entries(ethereum.contracts).map(([name, { address, abi }]) => ({
    ...{ name, address },
    abi: path(abi),
  }));
  const { HarbourGovernor: governor, HarbourTimelock: timelock } = ethereum.contracts;
  const ruled = { ...(timelock === undefined ? {} : { timelock: timelock.address }) };
  const governors = governor === undefined ? [] : [{ address: governor.address, ...ruled }];
  return { chainId, rpc: [rpc], ws, finality: { tag: 'finalized' }, contracts, governors };
}

/** Each member's admin and wallet, and the admins of those who order: what can be done in their names through Parley. */
function signersOf(
  { members, invited, ordering }: ParleyConfigInput,
  path: (file: string) => string,
): readonly object[] {
  const adminOf = (id: string, member: string, mspId: string, admin: KeyFiles): object => ({
    id: `${id}-admin`,
    member,
    fabric: { mspId, certificate: path(admin.certificate), privateKey: path(admin.privateKey) },
  });
  return [
    ...members.flatMap(({ id, mspId, admin, walletKey }) => [
      adminOf(id, id, mspId, admin),
      { id: `${id}-wallet`, member: id, ethereum: { privateKey: walletKey } },
    ]),
    { id: `${invited.id}-wallet`, member: invited.id, ethereum: { privateKey: invited.walletKey } },
    // Nobody claims their organisations, so each is a member by its MSP id.
    ...ordering.map(({ name, mspId, admin }) => adminOf(name, mspId, mspId, admin)),
  ];
}
