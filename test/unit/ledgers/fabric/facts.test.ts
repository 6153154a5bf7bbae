import { describe, expect, test } from '@jest/globals';
import { openBlock } from '../../../../src/ledgers/fabric/wire/block.js';
import type { DecodedBlock, DecodedTransaction, RawBlock } from '../../../../src/model/block.js';
import type { ChannelConfigRecord, FabricBlockDetail, FabricTransactionDetail } from '../../../../src/model/fabric.js';
import { durationMs } from '../../../../src/ledgers/fabric/config/duration.js';
import {
  decodeRecorded,
  makeDecoder,
  recordedBlocks,
  recordedFacts,
  type BlockFacts,
  type ConfigFacts,
  type NamespaceFacts,
  type TransactionFacts,
} from './recorded.js';

const facts = recordedFacts();
const decoded = decodeRecorded();

const fabric = (tx: DecodedTransaction): FabricTransactionDetail => {
  if (tx.detail.kind !== 'fabric') throw new Error('Not a Fabric transaction');
  return tx.detail;
};
const blockDetail = (number: number): FabricBlockDetail => {
  const detail = decoded[number]?.detail;
  if (detail?.kind !== 'fabric') throw new Error('Not a Fabric block');
  return detail;
};
const commonName = (subject: string | null): string | null => /CN=([^,+]+)/.exec(subject ?? '')?.[1] ?? null;
const text = (base64: string | null): string => Buffer.from(base64 ?? '', 'base64').toString('utf8');
/** facts.json writes arguments that are no plain text as `hex:…`. */
const argumentText = (base64: string, told: string | undefined): string =>
  told?.startsWith('hex:') === true ? `hex:${Buffer.from(base64, 'base64').toString('hex')}` : text(base64);

test('there are as many blocks and transactions, with as many of each validation code', () => {
  expect(decoded).toHaveLength(facts.height);
  const codes = decoded.flatMap((b) => b.transactions).map((tx) => fabric(tx).validationCode ?? '');
  expect(codes).toHaveLength(facts.transactionCount);
  for (const [name, count] of Object.entries(facts.validationCodes))
    expect(codes.filter((code) => code === name)).toHaveLength(count);
});

describe.each(facts.blocks.map((block) => [block.number, block] as const))('block %i', (number, told) => {
  const block = decoded[number];
  if (block === undefined) throw new Error(`Block ${number} was not decoded`);

  test('hashes, links and metadata', () => {
    const detail = blockDetail(number);
    expect(block.hash).toBe(told.headerHash);
    expect(decoded[number + 1]?.parentHash ?? null).toBe(told.headerHashInNextBlock);
    expect(block.parentHash ?? '').toBe(told.previousHash);
    expect(detail.dataHash).toBe(told.dataHash);
    expect(detail.dataHashVerified).toBe(told.dataHash === told.dataHashComputed);
    expect(detail.linkVerified).toBe(true);
    expect(detail.lastConfigBlock).toBe(told.lastConfigBlock);
    expect(detail.commitHash).toBe(told.commitHash);
    const filter = openBlock(recordedBlocks[number]?.bytes ?? new Uint8Array(0)).metadata.transactionsFilter;
    expect(Buffer.from(filter).toString('hex')).toBe(told.transactionsFilter);
  });

  test('signatures of the orderers', () => {
    const detail = blockDetail(number);
    const signatures = detail.signatures.map((s) => ({
      consenterId: Number(s.consenterId),
      mspId: s.mspId,
      subject: commonName(s.subject),
      valid: s.verified,
    }));
    expect(signatures).toEqual(told.ordererSignatures);
    expect(detail.signaturesVerified).toBe(true);
  });

  test('configuration', () => expectConfig(block.config, told));

  test('transactions', () => {
    expect(block.transactions).toHaveLength(told.transactions.length);
    told.transactions.forEach((tx, i) => expectTransaction(block.transactions[i], tx));
  });
});

function expectConfig(record: ChannelConfigRecord | null, told: BlockFacts): void {
  expect(record !== null).toBe(told.isConfig);
  if (record === null || told.config === undefined) return;
  const { config } = record;
  const shown: ConfigFacts = {
    sequence: config.sequence,
    applicationOrgs: config.organizations.map((org) => org.groupName),
    anchorPeers: Object.fromEntries(
      config.organizations.map((org) => [org.groupName, org.anchorPeers.map((a) => `${a.host}:${a.port}`)]),
    ),
    ordererOrgs: config.ordererOrganizations.map((org) => org.groupName),
    consensusType: config.consensus.type,
    batchSize: {
      maxMessageCount: config.consensus.batch.maxMessageCount,
      absoluteMaxBytes: config.consensus.batch.absoluteMaxBytes,
      preferredMaxBytes: config.consensus.batch.preferredMaxBytes,
    },
    batchTimeout: told.config.batchTimeout,
  };
  expect(told.config).toMatchObject(shown);
  expect(config.consensus.batch.timeoutMs).toBe(durationMs(told.config.batchTimeout));
  expectConsenters(config.consensus);
  const signers = record.signers.map((s) => ({ mspId: s.mspId, subject: commonName(s.subject), valid: s.verified }));
  expect(signers).toEqual(told.config.updateSignatures ?? []);
  const { submittedBy } = told.config;
  if (submittedBy !== undefined) expect(signers).toContainEqual({ ...submittedBy, valid: true });
}

function expectConsenters(consensus: ChannelConfigRecord['config']['consensus']): void {
  expect(consensus.quorum).toBe(facts.quorum);
  expect(
    consensus.consenters.map((c) => ({
      id: Number(c.id),
      host: c.host,
      port: c.port,
      mspId: c.mspId,
      subject: commonName(c.certificate?.subject ?? null),
      certificateSha256: c.certificate?.fingerprint,
    })),
  ).toEqual(facts.consenters);
}

function expectTransaction(tx: DecodedTransaction | undefined, told: TransactionFacts): void {
  if (tx === undefined) throw new Error(`Transaction ${told.index} was not decoded`);
  const detail = fabric(tx);
  expect(tx.index).toBe(told.index);
  expect(detail.envelopeType).toBe(told.type);
  expect(detail.transactionId ?? '').toBe(told.txId);
  if (told.txId !== '') expect(tx.hash).toBe(told.txId);
  else expect(tx.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(detail.validationCode).toBe(told.validationCodeName);
  expect(tx.outcome).toBe(told.validationCode === 0 ? 'SUCCEEDED' : 'FAILED');
  expect(new Date(tx.timestampMs ?? NaN).toISOString()).toBe(told.timestamp);
  expect(detail.creator?.mspId ?? null).toBe(told.creator.mspId);
  expect(commonName(detail.creator?.subject ?? null)).toBe(told.creator.subject);
  expect(detail.creatorVerified).toBe(told.creatorSigned);
  expect(detail.undecodable).toBeNull();
  if (told.type === 'ENDORSER_TRANSACTION') expectCall(tx, detail, told);
}

function expectCall(tx: DecodedTransaction, detail: FabricTransactionDetail, told: TransactionFacts): void {
  expect(tx.chaincode).toBe(told.chaincode);
  expect(tx.function).toBe(told.function);
  expect(detail.arguments.map((argument, i) => argumentText(argument, told.args?.[i]))).toEqual(told.args);
  expect(detail.response?.status).toBe(told.response?.status);
  expect(text(detail.response?.payload ?? null)).toBe(told.response?.payload);
  const endorsements = detail.endorsements.map((e) => ({
    mspId: e.mspId,
    subject: commonName(e.subject),
    valid: e.verified,
  }));
  expect(endorsements).toEqual(told.endorsements);
  const [event] = tx.events;
  const shown = event?.detail.kind === 'fabric' ? { name: event.name, payload: text(event.detail.payload) } : null;
  expect(shown).toEqual(told.event);
  for (const namespace of told.readWriteSet ?? []) expectNamespace(detail, namespace);
  const known = new Set((told.readWriteSet ?? []).map((n) => n.namespace));
  const seen = [...detail.reads, ...detail.writes, ...detail.privateWrites, ...detail.rangeQueries];
  for (const item of seen) expect(known).toContain(item.namespace);
}

function expectNamespace(detail: FabricTransactionDetail, told: NamespaceFacts): void {
  const here = <T extends { readonly namespace: string }>(items: readonly T[]): T[] =>
    items.filter((item) => item.namespace === told.namespace);
  const writes = here(detail.writes);
  expect({
    namespace: told.namespace,
    reads: here(detail.reads).length,
    writes: writes.filter((w) => !w.isDelete).length,
    deletes: writes.filter((w) => w.isDelete).length,
    rangeQueries: here(detail.rangeQueries).length,
    metadataWrites: here(detail.metadataWrites).length,
  }).toEqual({ ...told, collections: undefined });
  for (const collection of told.collections) {
    const hashed = here(detail.privateWrites).filter((w) => w.collection === collection.name);
    expect({
      hashedWrites: hashed.filter((w) => !w.isDelete && !w.isPurge).length,
      hashedDeletes: hashed.filter((w) => w.isDelete).length,
      purges: hashed.filter((w) => w.isPurge).length,
    }).toEqual({
      hashedWrites: collection.hashedWrites,
      hashedDeletes: collection.hashedDeletes,
      purges: collection.purges,
    });
  }
}

describe('an index that begins in the middle of a channel', () => {
  const startingAt = (number: number, config: number) => {
    const block = (at: number): RawBlock => recordedBlocks[at] ?? raise(at);
    const { decoder } = makeDecoder({ config: block(config), previous: block(number - 1) }, number);
    return [decoder.decode(block(number)), decoder.decode(block(number + 1))] as const;
  };
  const raise = (at: number): never => {
    throw new Error(`No block ${at}`);
  };
  const members = (told: DecodedBlock): string[] | undefined =>
    told.config?.memberships.filter(({ role }) => role === 'MEMBER').map(({ mspId, change }) => `${mspId} ${change}`);

  test('tells with its first block, and only with that, who is a member', () => {
    const [first, second] = startingAt(20, 2);
    expect(members(first)).toEqual(['Org1MSP JOINED', 'Org2MSP JOINED']);
    expect(first.config?.config.sequence).toBe(2);
    expect([first.config?.changes, first.config?.signers]).toEqual([[], []]);
    expect(second.config).toBeNull();
  });

  test('begins with a block that changes the configuration', () => {
    const [joins] = startingAt(37, 2);
    expect(joins.config?.summary).toBe('adds Org3MSP');
    expect(members(joins)).toEqual(['Org1MSP JOINED', 'Org2MSP JOINED', 'Org3MSP JOINED']);
    const [leaves] = startingAt(46, 41);
    expect(members(leaves)).toEqual(['Org1MSP JOINED', 'Org2MSP JOINED', 'Org3MSP REMOVED']);
  });
});
