import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import type { Contract } from '@hyperledger/fabric-gateway';
import { createAuthority, openAuthority } from '../../../devnet/fabric/material/authority.js';
import { keptKeys } from '../../../devnet/fabric/material/keyFiles.js';
import { failureOf } from './failure.js';
import { FabricWorld, HARVEST, MERIDIAN, freeAddress } from './world.js';

let world: FabricWorld;

beforeAll(async () => {
  world = await FabricWorld.start();
  await world.deploy({
    channel: 'payments',
    name: 'assets',
    version: '1.0',
    service: { address: await freeAddress() },
  });
});
afterAll(() => world?.close());

/** Issued by Harvest's own authority, or by another one of the same name. */
async function client(options: { own: boolean; unit: string; notAfter?: Date }): Promise<Contract> {
  const organization = 'harvest.example';
  const directory = join(world.directory, 'organizations', 'harvest', 'ca');
  const authority = options.own
    ? await openAuthority(await keptKeys(directory, () => Promise.reject(new Error('Harvest has no authority'))))
    : await createAuthority('ca.harvest.example', organization);
  const keys = await authority.issue({
    commonName: 'somebody',
    organization,
    unit: options.unit,
    ...(options.notAfter === undefined ? {} : { notAfter: options.notAfter }),
  });
  return world.connect(HARVEST, keys.certificatePem, keys.privateKeyPem, HARVEST).contract('qscc');
}

const info = (contract: Contract, channel = 'trade'): Promise<Uint8Array> =>
  contract.evaluateTransaction('GetChainInfo', channel);

describe('creators that are refused', () => {
  test('a certificate of an authority that only has the name', async () => {
    expect(await failureOf(info(await client({ own: false, unit: 'client' })))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      message:
        '9 FAILED_PRECONDITION: evaluate call to endorser returned error: error validating proposal: access denied: channel [trade] creator org unknown, creator is malformed',
    });
  });

  test('a certificate past its day', async () => {
    const notAfter = new Date(Date.now() - 60_000);
    expect(await failureOf(info(await client({ own: true, unit: 'client', notAfter })))).toMatchObject({
      code: status.UNAVAILABLE,
      details: expect.arrayContaining([`${HARVEST}: proposal client identity expired`]),
    });
  });

  test('a certificate without a role', async () => {
    expect(await failureOf(info(await client({ own: true, unit: 'visitor' })))).toMatchObject({
      message: expect.stringMatching(/access denied: channel \[trade\] creator org \[HarvestMSP\]$/),
    });
  });

  test('a peer’s certificate may read and may not write', async () => {
    const keys = world.organization(HARVEST).peer;
    const session = world.connect(HARVEST, keys.certificatePem, keys.privateKeyPem, HARVEST);
    await info(session.contract('qscc'));
    const failure = await failureOf(
      session.contract('_lifecycle').evaluateTransaction('QueryChaincodeDefinitions', ''),
    );
    expect(failure.message).toMatch(/with policy \[\/Channel\/Application\/Writers\]/);
  });

  test('an organisation that is no member of the channel', async () => {
    const atMeridian = world.session(HARVEST, 'user1', MERIDIAN);
    expect(await failureOf(atMeridian.contract('assets', 'payments').evaluateTransaction('get', 'x'))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      message: expect.stringMatching(/access denied: channel \[payments\] creator org unknown, creator is malformed$/),
    });
    expect(await failureOf(info(world.session(HARVEST).contract('qscc', 'payments'), 'payments'))).toMatchObject({
      code: status.UNAVAILABLE,
    });
    const events = await atMeridian.network('payments').getChaincodeEvents('assets');
    const first = events[Symbol.asyncIterator]().next();
    expect(await failureOf(first)).toMatchObject({
      code: status.PERMISSION_DENIED,
      message: expect.stringMatching(
        /Failed evaluating policy on signed data during check policy on channel \[payments\] with policy \[\/Channel\/Application\/Readers\]/,
      ),
    });
  });

  test('a transaction whose creator is no writer is not ordered', async () => {
    const contract = world.session(MERIDIAN).contract('assets', 'payments');
    const transaction = await contract.newProposal('put', { arguments: ['a', '1'] }).endorse();
    const bytes = transaction.getBytes();
    const stranger = world.session(HARVEST, 'user1', MERIDIAN).gateway;
    const taken = stranger.newSignedTransaction(bytes, new Uint8Array([48, 6, 2, 1, 1, 2, 1, 1]));
    expect(await failureOf(taken.submit())).toMatchObject({
      name: 'SubmitError',
      code: status.ABORTED,
      message: expect.stringMatching(/received unsuccessful response from orderer: status=FORBIDDEN, info=/),
    });
  });
});
