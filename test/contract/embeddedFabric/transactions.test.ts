import { createPrivateKey, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { connect, hash } from '@hyperledger/fabric-gateway';
import type { Transaction } from '@hyperledger/fabric-gateway';
import { signerOf } from '../../../devnet/fabric/msp/ecdsa.js';
import { failureOf } from './failure.js';
import { FabricWorld, HARVEST, MERIDIAN, NORTHWIND, freeAddress, text } from './world.js';

let world: FabricWorld;

beforeAll(async () => {
  world = await FabricWorld.start({ executeTimeoutMs: 4000 });
  const service = { address: await freeAddress() };
  expect(await world.deploy({ channel: 'trade', name: 'assets', version: '1.0', service })).toMatchObject({
    sequence: 1,
  });
});
afterAll(() => world?.close());

const json = (bytes: Uint8Array): unknown => JSON.parse(text(bytes));

/** Endorses both before it submits the first, and gives both validation codes. */
async function race(calls: readonly (() => Promise<Transaction>)[]): Promise<number[]> {
  const endorsed: Transaction[] = [];
  for (const call of calls) endorsed.push(await call());
  const statuses: number[] = [];
  for (const transaction of endorsed) statuses.push((await (await transaction.submit()).getStatus()).code);
  return statuses;
}

describe('transactions through the unmodified gateway client', () => {
  test('what is submitted is read back on every peer', async () => {
    const contract = world.session(HARVEST).contract();
    expect(text(await contract.submitTransaction('put', 'lot-1', 'coffee'))).toBe('coffee');
    for (const mspId of [HARVEST, MERIDIAN, NORTHWIND]) {
      expect(text(await world.session(mspId).contract().evaluateTransaction('get', 'lot-1'))).toBe('coffee');
    }
    const who = text(await world.session(MERIDIAN).contract().evaluateTransaction('whoami'));
    expect(who).toMatch(/^MeridianMSP trade [0-9a-f]{64}$/);
  });

  test('a chaincode that refuses is ABORTED with what the peer said, and UNKNOWN when evaluated', async () => {
    const contract = world.session(HARVEST).contract();
    await contract.submitTransaction('create', 'lot-2', 'coffee');
    expect(await failureOf(contract.submitTransaction('create', 'lot-2', 'tea'))).toEqual({
      name: 'EndorseError',
      code: status.ABORTED,
      message: '10 ABORTED: failed to endorse transaction, see attached details for more info',
      details: ['HarvestMSP: chaincode response 500, the asset lot-2 exists already'],
    });
    expect(await failureOf(contract.evaluateTransaction('refuse', '418'))).toEqual({
      name: 'GatewayError',
      code: status.UNKNOWN,
      message: '2 UNKNOWN: evaluate call to endorser returned error: chaincode response 418, refused on purpose',
      details: ['HarvestMSP: chaincode response 418, refused on purpose'],
    });
  });

  test('two writes on one version: the second is MVCC_READ_CONFLICT', async () => {
    const contract = world.session(HARVEST).contract();
    await contract.submitTransaction('put', 'stock', '1');
    const add = (): Promise<Transaction> => contract.newProposal('add', { arguments: ['stock', '1'] }).endorse();
    expect(await race([add, add])).toEqual([0, 11]);
    expect(text(await contract.evaluateTransaction('get', 'stock'))).toBe('2');
  });

  test('a key that enters a range before the commit: PHANTOM_READ_CONFLICT', async () => {
    const contract = world.session(HARVEST).contract();
    await contract.submitTransaction('fill', 'ph-', '3');
    const enter = (): Promise<Transaction> => contract.newProposal('put', { arguments: ['ph-0001a', 'x'] }).endorse();
    const count = (): Promise<Transaction> =>
      contract.newProposal('count', { arguments: ['ph-', 'ph-~', 'counted'] }).endorse();
    expect(await race([enter, count])).toEqual([0, 12]);
    expect(text(await contract.submitTransaction('count', 'ph-', 'ph-~', 'counted'))).toBe('4');
  });

  test('ranges of more results than the read set holds are checked by their Merkle tree', async () => {
    const contract = world.session(HARVEST).contract();
    await contract.submitTransaction('fill', 'mt-', '230');
    const change = (): Promise<Transaction> => contract.newProposal('put', { arguments: ['mt-0117', 'x'] }).endorse();
    const count = (): Promise<Transaction> =>
      contract.newProposal('count', { arguments: ['mt-', 'mt-~', 'counted'] }).endorse();
    expect(await race([count, change, count])).toEqual([0, 0, 12]);
    expect(await race([count])).toEqual([0]);
  });

  test('ranges, pages, composite keys and history', async () => {
    const contract = world.session(HARVEST).contract();
    await contract.submitTransaction('fill', 'r-', '7');
    expect(json(await contract.evaluateTransaction('range', 'r-0002', 'r-0005'))).toEqual([
      { key: 'r-0002', value: '2' },
      { key: 'r-0003', value: '3' },
      { key: 'r-0004', value: '4' },
    ]);
    expect(json(await contract.evaluateTransaction('page', 'r-', 'r-~', '3', ''))).toEqual({
      keys: ['r-0000', 'r-0001', 'r-0002'],
      metadata: { bookmark: 'r-0003', fetchedRecordsCount: 3 },
    });
    expect(json(await contract.evaluateTransaction('page', 'r-', 'r-~', '4', 'r-0005'))).toEqual({
      keys: ['r-0005', 'r-0006'],
      metadata: { bookmark: '', fetchedRecordsCount: 2 },
    });
    await contract.submitTransaction('putComposite', 'lot', 'harvest', '1');
    await contract.submitTransaction('putComposite', 'lot', 'harvest', '2');
    await contract.submitTransaction('putComposite', 'lot', 'meridian', '1');
    expect(json(await contract.evaluateTransaction('partial', 'lot', 'harvest'))).toEqual(['harvest/1', 'harvest/2']);
    await contract.submitTransaction('put', 'r-0003', 'again');
    await contract.submitTransaction('delete', 'r-0003');
    const history = json(await contract.evaluateTransaction('history', 'r-0003')) as { value: string }[];
    expect(history.map(({ value, ...rest }) => ({ value, isDelete: 'isDelete' in rest && rest.isDelete }))).toEqual([
      { value: '', isDelete: true },
      { value: 'again', isDelete: false },
      { value: '3', isDelete: false },
    ]);
  });

  test('endorsers that do not agree', async () => {
    const failure = await failureOf(world.session(HARVEST).contract().submitTransaction('differ', 'key'));
    expect(failure).toMatchObject({
      code: status.ABORTED,
      message: '10 ABORTED: failed to collect enough transaction endorsements, see attached details for more info',
    });
    expect(failure.details[0]).toMatch(/^(Meridian|Northwind)MSP: ProposalResponsePayloads do not match$/);
  });

  test('a chaincode that takes too long', async () => {
    const sleeping = world
      .session(HARVEST)
      .contract()
      .evaluate('sleep', { arguments: ['20000'], endorsingOrganizations: [HARVEST] });
    expect(await failureOf(sleeping)).toMatchObject({
      code: status.ABORTED,
      details: [
        expect.stringMatching(
          /^HarvestMSP: error in simulation: failed to execute transaction [0-9a-f]{64}: error sending: timeout expired while executing transaction$/,
        ),
      ],
    });
  });

  test('a transaction that was submitted before is not ordered twice, nor endorsed again', async () => {
    const contract = world.session(HARVEST).contract();
    const transaction = await contract.newProposal('put', { arguments: ['once', '1'] }).endorse();
    expect((await (await transaction.submit()).getStatus()).code).toBe(0);
    expect(await failureOf(transaction.submit())).toMatchObject({
      name: 'SubmitError',
      code: status.UNAVAILABLE,
      message: expect.stringMatching(/insufficient number of orderers/),
      details: [1, 2, 3, 4].map(
        (index) =>
          `Ordering${index}MSP: received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=request already processed`,
      ),
    });
  });

  test('offline signing: proposal, transaction and commit status are signed elsewhere', async () => {
    const organization = world.organization(HARVEST);
    const keys = organization.users['user1'];
    if (keys === undefined) throw new Error('there is no user1');
    const { client } = world.session(HARVEST);
    const identity = { mspId: HARVEST, credentials: Buffer.from(keys.certificatePem) };
    const offline = connect({ client, identity, hash: hash.none });
    const signed = signerOf(keys.privateKeyPem);
    const unsigned = offline
      .getNetwork('trade')
      .getContract('assets')
      .newProposal('put', {
        arguments: ['offline', 'signed elsewhere'],
      });
    const proposal = offline.newSignedProposal(unsigned.getBytes(), signed(unsigned.getDigest()));
    const endorsed = await proposal.endorse();
    const transaction = offline.newSignedTransaction(endorsed.getBytes(), signed(endorsed.getDigest()));
    const submitted = await transaction.submit();
    const commit = offline.newSignedCommit(submitted.getBytes(), signed(submitted.getDigest()));
    expect(await commit.getStatus()).toMatchObject({ code: 0, successful: true });
    const highS = sign('sha256', unsigned.getBytes(), createPrivateKey(keys.privateKeyPem));
    highS[highS.length - 1] = (highS.at(-1) ?? 0) ^ 1;
    expect(await failureOf(offline.newSignedProposal(unsigned.getBytes(), highS).endorse())).toMatchObject({
      code: status.ABORTED,
      details: ['HarvestMSP: error validating proposal: access denied: channel [trade] creator org [HarvestMSP]'],
    });
  });

  test('one chaincode calls another one, on its own channel', async () => {
    const service = { address: await freeAddress() };
    await world.deploy({ channel: 'trade', name: 'other', version: '2.0', service });
    const contract = world.session(HARVEST).contract('other');
    expect(json(await contract.submitTransaction('call', 'assets', '', 'put', 'called', 'yes'))).toEqual({
      status: 200,
      message: '',
      payload: 'yes',
    });
    expect(text(await world.session(HARVEST).contract().evaluateTransaction('get', 'called'))).toBe('yes');
    expect(text(await contract.evaluateTransaction('get', 'called'))).toBe('');
    const elsewhere = await failureOf(contract.evaluateTransaction('call', 'assets', 'payments', 'get', 'x'));
    expect(elsewhere.message).toMatch(
      /INVOKE_CHAINCODE failed: transaction ID: [0-9a-f]{64}: Failed to get policy manager for channel \[payments\]/,
    );
  });

  test('a chaincode, and a channel, that is not there', async () => {
    const session = world.session(HARVEST);
    expect(await failureOf(session.contract('nothing').evaluateTransaction('get'))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      message: '9 FAILED_PRECONDITION: no peers available to evaluate chaincode nothing in channel trade',
    });
    expect(await failureOf(session.contract('nothing').submitTransaction('get'))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      message:
        '9 FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: No metadata was found for chaincode nothing in channel trade',
    });
    expect(await failureOf(session.contract('assets', 'payments').evaluateTransaction('get'))).toMatchObject({
      code: status.UNAVAILABLE,
    });
  });
});
