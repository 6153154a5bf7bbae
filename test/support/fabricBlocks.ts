import type { DecodedTransaction, TransactionParty } from '../../src/model/block.js';
import type {
  ChaincodeDefinition,
  ChannelConfigRecord,
  FabricTransactionDetail,
  LifecycleRecord,
  MembershipChange,
} from '../../src/model/fabric.js';
import type { Parts, PartsRequest } from './blocks.js';
import type { Random } from './random.js';

export const organizations = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'];
export const chaincodes = ['goods', 'consortium', 'invoices'];
const FUNCTIONS = ['Create', 'Move', 'Inspect', 'Settle'];
/** A config block every so many, and a lifecycle block after it. */
const CONFIG_EVERY = 40;

/** A made-up channel: a config block now and then, the lifecycle of its chaincodes, and invocations, some of them invalid. */
export function fabricParts(request: PartsRequest): Parts {
  const { random, number, transactions: count } = request;
  const config = number % CONFIG_EVERY === 0 ? configAt(number) : null;
  const lifecycle = number % CONFIG_EVERY === 1 ? lifecycleAt(number) : [];
  return {
    detail: {
      ...{ kind: 'fabric', dataHash: random.hex(64), dataHashVerified: true, linkVerified: true },
      ...{ lastConfigBlock: number - (number % CONFIG_EVERY), commitHash: random.hex(64) },
      signatures: [{ consenterId: '1', mspId: 'OrdererMSP', subject: 'CN=orderer', verified: true }],
      signaturesVerified: true,
    },
    ...{ config, lifecycle, tokenTransfers: [] },
    transactions:
      config === null ? Array.from({ length: count }, (_, at) => invocation(request, at)) : [configuration(request)],
  };
}

function invocation({ random, number, timestampMs }: PartsRequest, index: number): DecodedTransaction {
  const creator = random.pick(organizations);
  const endorsers = organizations.filter((_, at) => at < 2);
  const failed = random.below(12) === 0;
  const chaincode = random.pick(chaincodes);
  const name = random.pick(FUNCTIONS);
  const transactionId = random.hex(64);
  // Clients' clocks differ: a channel's timestamps do not grow with its blocks.
  const at = random.below(50) === 0 ? null : timestampMs - random.below(40_000);
  const parties: TransactionParty[] = [
    { nativeId: creator, role: 'CREATOR' },
    ...endorsers.map((nativeId): TransactionParty => ({ nativeId, role: 'ENDORSER' })),
  ];
  return {
    ...{ index, hash: transactionId, timestampMs: at, outcome: failed ? 'FAILED' : 'SUCCEEDED', parties, chaincode },
    function: name,
    detail: detail(random, { transactionId, creator, endorsers, chaincode, name, failed, number }),
    events: random.below(2) === 0 ? [] : [eventOf(chaincode, name)],
  };
}

const eventOf = (chaincode: string, name: string): DecodedTransaction['events'][number] => ({
  ...{ index: 0, name: `${name}d`, chaincode, address: null, topics: [] },
  detail: { kind: 'fabric', chaincode, payload: Buffer.from(`{"${name}":1}`).toString('base64') },
});

interface Call {
  readonly transactionId: string;
  readonly creator: string;
  readonly endorsers: readonly string[];
  readonly chaincode: string;
  readonly name: string;
  readonly failed: boolean;
  readonly number: number;
}

const identity = (mspId: string) => ({ mspId, subject: `CN=user,O=${mspId}`, pem: `-----BEGIN ${mspId.repeat(40)}` });

function detail(random: Random, call: Call): FabricTransactionDetail {
  const key = `lot-${random.below(1000)}`;
  return {
    ...{
      kind: 'fabric',
      envelopeType: 'ENDORSER_TRANSACTION',
      transactionId: call.transactionId,
      creatorVerified: true,
    },
    validationCode: call.failed ? 'MVCC_READ_CONFLICT' : 'VALID',
    creator: identity(call.creator),
    chaincode: { name: call.chaincode, version: '1.0' },
    function: call.name,
    arguments: [Buffer.from(key).toString('base64')],
    endorsements: call.endorsers.map((mspId) => ({ ...identity(mspId), verified: true })),
    reads: [{ namespace: call.chaincode, key, version: { block: call.number - 1, transaction: 0 } }],
    writes: [
      { namespace: call.chaincode, key, value: Buffer.from(random.hex(40)).toString('base64'), isDelete: false },
    ],
    ...{ privateWrites: [], rangeQueries: [], metadataWrites: [] },
    response: { status: 200, message: '', payload: null },
    undecodable: null,
  };
}

function configuration({ random, timestampMs }: PartsRequest): DecodedTransaction {
  const none = { reads: [], writes: [], privateWrites: [], rangeQueries: [], metadataWrites: [], endorsements: [] };
  return {
    ...{
      index: 0,
      hash: random.hex(64),
      timestampMs,
      outcome: 'SUCCEEDED',
      parties: [],
      chaincode: null,
      function: null,
    },
    detail: {
      ...{ kind: 'fabric', envelopeType: 'CONFIG', transactionId: null, validationCode: 'VALID', creator: null },
      ...{ creatorVerified: true, chaincode: null, function: null, arguments: [], ...none, response: null },
      undecodable: null,
    },
    events: [],
  };
}

/** Northwind leaves and comes back in turn. */
function configAt(number: number): ChannelConfigRecord {
  const turn = number / CONFIG_EVERY;
  const memberships: MembershipChange[] =
    turn === 0
      ? [
          ...organizations.map((mspId): MembershipChange => ({ mspId, role: 'MEMBER', change: 'JOINED' })),
          { mspId: 'OrdererMSP', role: 'ORDERER', change: 'JOINED' },
        ]
      : [{ mspId: 'NorthwindMSP', role: 'MEMBER', change: turn % 2 === 1 ? 'REMOVED' : 'JOINED' }];
  const batch = { timeoutMs: 200, maxMessageCount: 10, absoluteMaxBytes: 1_000_000, preferredMaxBytes: 100_000 };
  return {
    config: {
      sequence: turn,
      capabilities: { channel: ['V3_0'], orderer: ['V2_0'], application: ['V2_5'] },
      consensus: { type: 'RAFT', consenters: [], faults: 0, quorum: 1, batch },
      ...{ organizations: [], ordererOrganizations: [], policies: [] },
    },
    summary: turn === 0 ? 'genesis' : `sequence ${turn}`,
    changes: [{ path: '/Channel/Application', kind: 'CHANGED', before: { turn: turn - 1 }, after: { turn } }],
    signers: [{ mspId: 'HarvestMSP', subject: 'CN=admin', verified: true }],
    memberships,
  };
}

function lifecycleAt(number: number): LifecycleRecord[] {
  const sequence = (number - 1) / CONFIG_EVERY + 1;
  const definition: ChaincodeDefinition = {
    ...{ name: chaincodes[sequence % chaincodes.length] ?? 'goods', version: `1.${sequence}`, sequence },
    ...{
      initRequired: false,
      endorsementPolicy: { expression: null, reference: '/Channel/Application/Endorsement', tree: null },
    },
    ...{ collections: [], digest: String(sequence).padStart(64, '0') },
  };
  return [
    { kind: 'APPROVED', transactionIndex: 0, mspId: 'HarvestMSP', definition },
    { kind: 'APPROVED', transactionIndex: 1, mspId: 'MeridianMSP', definition },
    { kind: 'COMMITTED', transactionIndex: 2, mspId: null, definition },
  ];
}
