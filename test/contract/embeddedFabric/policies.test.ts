import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import type { Contract, ProposalOptions } from '@hyperledger/fabric-gateway';
import { ledger, peer } from '@hyperledger/fabric-protos';
import type { DeployOptions } from '../../../devnet/fabric/deploy.js';
import { endorsersOfLastTransaction } from './blocks.js';
import { failureOf } from './failure.js';
import { FabricWorld, HARVEST, MERIDIAN, NORTHWIND, freeAddress, text } from './world.js';

const PRICES = {
  name: 'prices',
  policy: `OR('${HARVEST}.member', '${MERIDIAN}.member')`,
  memberOnlyRead: true,
  memberOnlyWrite: true,
};

let world: FabricWorld;
let options: DeployOptions;

beforeAll(async () => {
  world = await FabricWorld.start();
  options = {
    channel: 'trade',
    name: 'assets',
    version: '1.0',
    service: { address: await freeAddress() },
    collections: [PRICES],
  };
  await world.deploy(options);
});
afterAll(() => world?.close());

/** Submits and gives the validation code. */
async function codeOf(contract: Contract, name: string, proposal: ProposalOptions): Promise<number> {
  const transaction = await contract.newProposal(name, proposal).endorse();
  return (await (await transaction.submit()).getStatus()).code;
}

const contractOf = (mspId: string): Contract => world.session(mspId).contract();
const price = (value: string): ProposalOptions['transientData'] => ({ value: Buffer.from(value) });

describe('endorsement policies', () => {
  test('the channel policy wants a majority: one organisation alone is ENDORSEMENT_POLICY_FAILURE', async () => {
    const contract = contractOf(HARVEST);
    const alone = { arguments: ['lot', 'one'], endorsingOrganizations: [HARVEST] };
    expect(await codeOf(contract, 'put', alone)).toBe(10);
    expect(await codeOf(contract, 'put', { ...alone, endorsingOrganizations: [HARVEST, NORTHWIND] })).toBe(0);
    expect(await codeOf(contract, 'put', { arguments: ['lot', 'two'] })).toBe(0);
    expect(text(await contract.evaluateTransaction('get', 'lot'))).toBe('two');
  });

  test('a key with a policy of its own needs its endorsers, and theirs are enough', async () => {
    const contract = contractOf(HARVEST);
    expect(await codeOf(contract, 'put', { arguments: ['own', '1'] })).toBe(0);
    expect(await codeOf(contract, 'requireEndorser', { arguments: ['own', MERIDIAN] })).toBe(0);
    expect(Number(text(await contract.evaluateTransaction('endorsersOf', 'own')))).toBeGreaterThan(0);
    const others = { arguments: ['own', '2'], endorsingOrganizations: [HARVEST, NORTHWIND] };
    expect(await codeOf(contract, 'put', others)).toBe(10);
    expect(await codeOf(contract, 'put', { ...others, endorsingOrganizations: [MERIDIAN] })).toBe(0);
    // The gateway finds out by itself whom the key needs.
    expect(await codeOf(contract, 'put', { arguments: ['own', '3'] })).toBe(0);
    expect(text(await contract.evaluateTransaction('get', 'own'))).toBe('3');
  });

  test('a key whose policy changes in the same block is not written by its old endorsers', async () => {
    const contract = contractOf(HARVEST);
    expect(await codeOf(contract, 'put', { arguments: ['changing', '1'] })).toBe(0);
    const change = await contract.newProposal('requireEndorser', { arguments: ['changing', NORTHWIND] }).endorse();
    const old = { arguments: ['changing', '2'], endorsingOrganizations: [HARVEST, MERIDIAN] };
    const write = await contract.newProposal('put', old).endorse();
    const [first, second] = await Promise.all([change.submit(), write.submit()]);
    const codes = await Promise.all([first.getStatus(), second.getStatus()]);
    expect(codes.map(({ code }) => code)).toEqual([0, 10]);
  });
});

describe('private data', () => {
  test('is on the peers of its members alone, and everybody has its hash', async () => {
    const contract = contractOf(HARVEST);
    const code = await codeOf(contract, 'putPrivate', {
      arguments: ['prices', 'lot-1'],
      transientData: price('1200'),
      endorsingOrganizations: [HARVEST, MERIDIAN],
    });
    expect(code).toBe(0);
    for (const mspId of [HARVEST, MERIDIAN]) {
      expect(text(await contractOf(mspId).evaluateTransaction('getPrivate', 'prices', 'lot-1'))).toBe('1200');
    }
    const hash = createHash('sha256').update('1200').digest('hex');
    expect(text(await contractOf(NORTHWIND).evaluateTransaction('privateHash', 'prices', 'lot-1'))).toBe(hash);
    expect(
      (await failureOf(contractOf(NORTHWIND).evaluateTransaction('getPrivate', 'prices', 'lot-1'))).message,
    ).toMatch(
      /tx creator does not have read access permission on privatedata in chaincodeName:assets collectionName: prices/,
    );
    const atNorthwind = contract.evaluate('getPrivate', {
      arguments: ['prices', 'lot-1'],
      endorsingOrganizations: [NORTHWIND],
    });
    expect((await failureOf(atNorthwind)).message).toMatch(
      /private data matching public hash version is not available/,
    );
  });

  test('transient data is kept from organisations that are no members', async () => {
    const failure = await failureOf(
      contractOf(NORTHWIND).submit('putPrivate', { arguments: ['prices', 'x'], transientData: price('1') }),
    );
    expect(failure.details[0]).toMatch(/does not have write access permission on privatedata/);
    const code = await codeOf(contractOf(HARVEST), 'putPrivate', {
      arguments: ['prices', 'lot-2'],
      transientData: price('1300'),
    });
    expect(code).toBe(0);
    const endorsers = (await lastEndorsers()).sort();
    expect(endorsers).toEqual([HARVEST, MERIDIAN]);
  });

  test('blocks come with the private data that the client may see', async () => {
    const written = await contractOf(HARVEST).submitAsync('putPrivate', {
      arguments: ['prices', 'lot-3'],
      transientData: price('1400'),
    });
    const { blockNumber } = await written.getStatus();
    expect(await privateWrites(HARVEST, blockNumber)).toEqual([['assets', 'prices', 'lot-3', '1400']]);
    expect(await privateWrites(NORTHWIND, blockNumber)).toEqual([]);
    await contractOf(HARVEST).submitTransaction('purgePrivate', 'prices', 'lot-3');
    expect(text(await contractOf(HARVEST).evaluateTransaction('getPrivate', 'prices', 'lot-3'))).toBe('');
    expect(await privateWrites(HARVEST, blockNumber)).toEqual([]);
  });

  test('ranges of private data are for transactions that write nothing', async () => {
    const range = JSON.parse(text(await contractOf(HARVEST).evaluateTransaction('privateRange', 'prices'))) as unknown;
    expect(range).toEqual([
      { key: 'lot-1', value: '1200' },
      { key: 'lot-2', value: '1300' },
    ]);
  });
});

describe('private data that lives for one block', () => {
  test('is gone after it, with its hash', async () => {
    const brief = { ...PRICES, name: 'brief', blockToLive: 1 };
    const collections = { ...options, name: 'short', collections: [brief] };
    await world.deploy({ ...collections, service: { address: await freeAddress() } });
    const contract = world.session(HARVEST).contract('short');
    await contract.submit('putPrivate', { arguments: ['brief', 'k'], transientData: price('1') });
    await contract.submitTransaction('put', 'next', '1');
    expect(text(await contract.evaluateTransaction('getPrivate', 'brief', 'k'))).toBe('1');
    await contract.submitTransaction('put', 'next', '2');
    expect(text(await contract.evaluateTransaction('getPrivate', 'brief', 'k'))).toBe('');
    expect(text(await contract.evaluateTransaction('privateHash', 'brief', 'k'))).toBe('');
  });
});

describe('lifecycle', () => {
  test('a new policy is the next sequence; what stays the same is not defined again', async () => {
    expect(await world.redeploy(options)).toMatchObject({ sequence: 1 });
    const stricter = {
      ...options,
      endorsementPolicy: `AND('${HARVEST}.peer', '${MERIDIAN}.peer', '${NORTHWIND}.peer')`,
    };
    expect(await world.redeploy(stricter)).toMatchObject({ sequence: 2 });
    const two = { arguments: ['lot', 'x'], endorsingOrganizations: [HARVEST, MERIDIAN] };
    expect(await codeOf(contractOf(HARVEST), 'put', two)).toBe(10);
    expect(await codeOf(contractOf(HARVEST), 'put', { arguments: ['lot', 'x'] })).toBe(0);
    expect((await lastEndorsers()).sort()).toEqual([HARVEST, MERIDIAN, NORTHWIND]);
  });

  test('an organisation that becomes a member of a collection gets what is in it', async () => {
    const wider = { ...PRICES, policy: `OR('${HARVEST}.member', '${MERIDIAN}.member', '${NORTHWIND}.member')` };
    expect(await world.redeploy({ ...options, collections: [wider] })).toMatchObject({ sequence: 3 });
    expect(text(await contractOf(NORTHWIND).evaluateTransaction('getPrivate', 'prices', 'lot-1'))).toBe('1200');
  });

  test('is queried by clients and changed by admins', async () => {
    const lifecycle = world.session(MERIDIAN).contract('_lifecycle');
    const query = new peer.lifecycle.QueryChaincodeDefinitionArgs();
    query.setName('assets');
    const answer = await lifecycle.evaluate('QueryChaincodeDefinition', { arguments: [query.serializeBinary()] });
    const definition = peer.lifecycle.QueryChaincodeDefinitionResult.deserializeBinary(answer);
    expect([definition.getSequence(), definition.getVersion()]).toEqual([3, '1.0']);
    expect(definition.getApprovalsMap().toObject(false, (value) => value)).toEqual([
      [HARVEST, true],
      [MERIDIAN, true],
      [NORTHWIND, true],
    ]);
    const installed = lifecycle.evaluate('QueryInstalledChaincodes', { arguments: [new Uint8Array()] });
    expect(await failureOf(installed)).toMatchObject({
      code: status.UNKNOWN,
      details: [
        expect.stringMatching(
          /Failed to authorize invocation due to failed ACL check: Failed verifying that proposal's creator satisfies local MSP principal during channelless check policy with policy \[Admins\]/,
        ),
      ],
    });
    const asAdmin = world.session(MERIDIAN, 'admin').contract('_lifecycle');
    const bytes = await asAdmin.evaluate('QueryInstalledChaincodes', { arguments: [new Uint8Array()] });
    const list = peer.lifecycle.QueryInstalledChaincodesResult.deserializeBinary(bytes).getInstalledChaincodesList();
    expect(list.map((item) => item.getLabel())).toEqual(['assets_1.0', 'short_1.0']);
  });
});

/** Writes of the block that a client may see: chaincode, collection, key and value. */
async function privateWrites(mspId: string, block: bigint): Promise<string[][]> {
  const blocks = await world.session(mspId).network().getBlockAndPrivateDataEvents({ startBlock: block });
  try {
    for await (const event of blocks)
      return [...event.getPrivateDataMapMap().entries()].flatMap(([, set]) => writesOf(set));
    throw new Error('no block came');
  } finally {
    blocks.close();
  }
}

function writesOf(set: ledger.rwset.TxPvtReadWriteSet): string[][] {
  return set.getNsPvtRwsetList().flatMap((namespace) =>
    namespace.getCollectionPvtRwsetList().flatMap((collection) =>
      ledger.rwset.kvrwset.KVRWSet.deserializeBinary(collection.getRwset_asU8())
        .getWritesList()
        .map((write) => [
          namespace.getNamespace(),
          collection.getCollectionName(),
          write.getKey(),
          text(write.getValue_asU8()),
        ]),
    ),
  );
}

/** MSP ids that endorsed the last transaction on the channel. */
function lastEndorsers(): Promise<string[]> {
  return endorsersOfLastTransaction(world.session(HARVEST).contract('qscc'), 'trade');
}
