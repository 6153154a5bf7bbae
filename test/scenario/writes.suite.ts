import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transaction } from 'ethers';
import { devAccount, devAccountOf } from '../../devnet/ethereum/index.js';
import { operations } from '../support/operations.js';
import { ask, eventually, startWorld, type GraphAnswer, type World } from '../support/world.js';

// Transactions of channel trade and of the chain through Parley on the dev world: signed by its signers, and by somebody who keeps the key elsewhere.

/** `args`: what `npm start` is told beside. */
export function writesSuite(name: string, args: readonly string[] = []): void {
  describe(name, () => {
    const named = operations();
    let world: World;
    let channel: string;
    let directory: string;

    beforeAll(async () => {
      world = await startWorld(['--no-story', ...args]);
      channel = world.dev.fabric.channels['trade']?.id ?? '';
      directory = mkdtempSync(join(tmpdir(), 'parley-signing-'));
    }, 240_000);
    afterAll(async () => {
      rmSync(directory, { recursive: true, force: true });
      await world.dispose();
    }, 240_000);

    type Thing = Record<string, unknown>;

    const run = (name: string, input: Thing): Promise<GraphAnswer> =>
      ask(world.dev.parley.url, named.get(name) ?? '', { input }, name);

    async function dataOf(name: string, input: Thing): Promise<Thing> {
      const { data, errors } = await run(name, input);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return Object.values(data ?? {})[0] as Thing;
    }
    async function errorOf(
      name: string,
      input: Thing,
    ): Promise<{ readonly message: string; readonly extensions: Thing }> {
      const { errors = [] } = await run(name, input);
      const [error] = errors;
      if (error === undefined) throw new Error(`${name} should have failed`);
      return error as { message: string; extensions: Thing };
    }

    const lot = (): string => `lot-${randomUUID().slice(0, 8)}`;
    const register = (id: string, more: Thing = {}): Thing => ({
      ...{ channel, chaincode: 'goods', function: 'RegisterLot', signer: 'harvest-admin' },
      arguments: [id, 'Huila', 'Caturra', '900', 'A', 'Pitalito'],
      ...more,
    });
    const nodeOf = async (id: string): Promise<Thing | null> => {
      const query = `query Node($id: ID!) { node(id: $id) { id ... on FabricTransaction {
    hash confirmation outcome validationCode function argumentsText chaincode { name } creator { mspId }
    endorsements { mspId } block { number } members { id } } } }`;
      const { data, errors } = await ask(world.dev.parley.url, query, { id });
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return (data?.['node'] ?? null) as Thing | null;
    };

    describe('submit', () => {
      test('answers with the transaction as its block has it', async () => {
        const { transaction } = await dataOf('Submit', register(lot()));
        expect(transaction).toMatchObject({
          ...{ confirmation: 'FINAL', outcome: 'SUCCEEDED', validationCode: 'VALID' },
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
          block: { number: expect.any(String) },
        });
      });

      test('without waiting: a node while it is pending, and under the same id the committed one', async () => {
        const id = lot();
        const { transaction } = (await dataOf('Submit', register(id, { awaitCommit: false }))) as {
          transaction: Thing;
        };
        expect(transaction['id']).toBe(`${channel}/tx/${String(transaction['hash'])}`);
        expect(transaction).toMatchObject({
          confirmation: 'PENDING',
          outcome: null,
          validationCode: null,
          block: null,
        });
        const committed = await eventually('it is committed', async () => {
          const node = await nodeOf(String(transaction['id']));
          expect(node).toMatchObject({
            ...{ hash: transaction['hash'], function: 'RegisterLot', chaincode: { name: 'goods' } },
            ...{ creator: { mspId: 'HarvestMSP' }, members: expect.arrayContaining([{ id: 'member/harvest' }]) },
          });
          expect(node?.['argumentsText']).toContain(id);
          return node?.['confirmation'] === 'FINAL' && node;
        });
        expect(committed).toMatchObject({ outcome: 'SUCCEEDED', validationCode: 'VALID' });
        expect(committed['id']).toMatch(/\/tx\/\d+\.\d+$/);
      });

      test('what an endorser refuses is told in its words', async () => {
        const id = lot();
        await dataOf('Submit', register(id));
        const { extensions } = await errorOf('Submit', register(id));
        expect(extensions).toMatchObject({
          code: 'ENDORSEMENT_FAILED',
          details: [{ mspId: 'HarvestMSP', address: expect.any(String), message: expect.stringContaining(id) }],
        });
      });

      test('a transaction that fails validation is data', async () => {
        const { transaction } = await dataOf('Submit', register(lot(), { endorsingOrganizations: ['HarvestMSP'] }));
        expect(transaction).toMatchObject({
          ...{ confirmation: 'FINAL', outcome: 'FAILED', validationCode: 'ENDORSEMENT_POLICY_FAILURE' },
        });
      });

      test('one idempotency key is one transaction, ten times at once and again', async () => {
        const input = register(lot(), { idempotencyKey: randomUUID() });
        const answers = await Promise.all(Array.from({ length: 10 }, () => dataOf('Submit', input)));
        const hashes = [...answers, await dataOf('Submit', input)].map(
          ({ transaction }) => (transaction as Thing)['hash'],
        );
        expect(new Set(hashes).size).toBe(1);
        const other = await errorOf('Submit', { ...input, arguments: ['another'] });
        expect(other.extensions['code']).toBe('IDEMPOTENCY_KEY_REUSED');
      });

      test.each([
        ['a signer that is not there', { signer: 'nobody' }, 'SIGNER_UNKNOWN'],
        ['a wallet', { signer: 'harvest-wallet' }, 'SIGNER_UNKNOWN'],
        ['a signer of another member', { as: 'member/northwind' }, 'SIGNER_UNKNOWN'],
        ['a channel that is not there', { channel: 'fabric:00000000000000000000000000000000' }, 'INPUT_INVALID'],
        ['arguments twice', { argumentsBytes: ['0x00'] }, 'INPUT_INVALID'],
        ['no chaincode', { chaincode: '' }, 'INPUT_INVALID'],
        [
          'transient data with one name twice',
          { transient: [1, 2].map((n) => ({ name: 'a', value: `0x0${n}` })) },
          'INPUT_INVALID',
        ],
        ['an empty key', { idempotencyKey: '' }, 'INPUT_INVALID'],
      ])('refuses %s', async (_, change, code) => {
        expect((await errorOf('Submit', register(lot(), change))).extensions['code']).toBe(code);
      });
    });

    test('a signer whose organisation is not on the channel is neither used nor offered', async () => {
      const payments = world.dev.fabric.channels['payments']?.id ?? '';
      const call = { channel: payments, chaincode: 'invoices', function: 'GetInvoice', arguments: ['none'] };
      for (const name of ['Submit', 'Evaluate']) {
        const { message, extensions } = await errorOf(name, { ...call, signer: 'harvest-admin' });
        expect(extensions['code']).toBe('SIGNER_UNKNOWN');
        expect(message).toContain('one of meridian-admin, northwind-admin');
      }
    });

    describe('evaluate', () => {
      test('runs as a signer', async () => {
        const id = lot();
        await dataOf('Submit', register(id));
        for (const signer of [undefined, 'meridian-admin']) {
          const answer = await dataOf('Evaluate', {
            ...{ channel, chaincode: 'goods', function: 'GetLot', arguments: [id], signer },
          });
          expect(answer['resultJson']).toMatchObject({ lotId: id });
        }
        const refused = await errorOf('Evaluate', {
          channel,
          chaincode: 'goods',
          function: 'GetLot',
          signer: 'nobody',
        });
        expect(refused.extensions['code']).toBe('SIGNER_UNKNOWN');
      });
    });

    describe('signed outside with openssl', () => {
      const user = (mspId = 'HarvestMSP') => {
        const keys = world.dev.fabric.organizations[mspId]?.users['user1'];
        if (keys === undefined) throw new Error('No user');
        return keys;
      };
      const identity = () => ({
        fabric: { mspId: 'HarvestMSP', certificate: readFileSync(user().certificate, 'utf8') },
      });
      const unsigned = (id: string, more: Thing = {}): Thing => {
        const { signer, ...input } = register(id, more);
        expect(signer).toBeDefined();
        return { identity: identity(), write: { submit: input } };
      };
      const opensslSigned = ({ bytes }: Thing, key = user().privateKey): string => {
        const file = join(directory, `${randomUUID()}.bin`);
        writeFileSync(file, Buffer.from(String(bytes).slice(2), 'hex'));
        return `0x${execFileSync('openssl', ['dgst', '-sha256', '-sign', key, file]).toString('hex')}`;
      };

      test('a transaction in two signatures, the key never entering Parley', async () => {
        const id = lot();
        const proposal = await dataOf('Prepare', unsigned(id, { as: 'member/harvest' }));
        expect(proposal).toMatchObject({ stage: 'FABRIC_PROPOSAL', scheme: 'ECDSA_P256_SHA256' });
        expect(proposal['summary']).toMatch(new RegExp(`RegisterLot.*${id}.*“goods”.*“trade”.*“HarvestMSP”`));
        const digest = createHash('sha256')
          .update(Buffer.from(String(proposal['bytes']).slice(2), 'hex'))
          .digest('hex');
        expect(proposal['digest']).toBe(`0x${digest}`);
        const { next, transaction } = (await dataOf('SubmitSignature', {
          request: proposal['id'],
          signature: opensslSigned(proposal),
        })) as { next: Thing; transaction: unknown };
        expect(transaction).toBeNull();
        expect(next).toMatchObject({ stage: 'FABRIC_TRANSACTION', summary: expect.stringContaining('endorsed by') });
        const done = await dataOf('SubmitSignature', { request: next['id'], signature: opensslSigned(next) });
        expect(done).toMatchObject({ next: null, transaction: { confirmation: 'FINAL', outcome: 'SUCCEEDED' } });
        const again = await errorOf('SubmitSignature', { request: next['id'], signature: opensslSigned(next) });
        expect(again.extensions['code']).toBe('REQUEST_UNKNOWN');
      });

      test('without waiting: the pending transaction', async () => {
        const proposal = await dataOf('Prepare', unsigned(lot(), { awaitCommit: false }));
        const { next } = await dataOf('SubmitSignature', {
          request: proposal['id'],
          signature: opensslSigned(proposal),
        });
        const { transaction } = (await dataOf('SubmitSignature', {
          request: (next as Thing)['id'],
          signature: opensslSigned(next as Thing),
        })) as { transaction: Thing };
        expect(transaction['id']).toBe(`${channel}/tx/${String(transaction['hash'])}`);
        await eventually(
          'it is committed',
          async () => (await nodeOf(String(transaction['id'])))?.['outcome'] === 'SUCCEEDED',
        );
      });

      test('the file says all of it to a machine without a network', async () => {
        const request = await dataOf('Prepare', unsigned(lot()));
        const { name, content } = request['file'] as { name: string; content: string };
        expect(name).toMatch(/^signing-request-[\w-]+\.json$/);
        expect(JSON.parse(Buffer.from(content.slice(2), 'hex').toString())).toMatchObject({
          ...{
            request: request['id'],
            stage: 'FABRIC_PROPOSAL',
            scheme: 'ECDSA_P256_SHA256',
            identity: identity().fabric,
          },
          ...{ bytes: request['bytes'], digest: request['digest'], summary: request['summary'] },
          expiresAt: request['expiresAt'],
        });
      });

      test('a signature of another key, or of other bytes, is refused, and the right one is still taken', async () => {
        const request = await dataOf('Prepare', unsigned(lot()));
        const wrong = [
          opensslSigned(request, user('NorthwindMSP').privateKey),
          opensslSigned({ bytes: '0x00' }),
          '0x',
          `0x${'00'.repeat(64)}`,
        ];
        for (const signature of wrong) {
          const refused = await errorOf('SubmitSignature', { request: request['id'], signature });
          expect(refused.extensions['code']).toBe('SIGNATURE_INVALID');
        }
        const taken = await dataOf('SubmitSignature', { request: request['id'], signature: opensslSigned(request) });
        expect(taken['next']).toMatchObject({ stage: 'FABRIC_TRANSACTION' });
      });

      test('secrets of transient data are in no summary', async () => {
        const transient = [{ name: 'price', value: `0x${Buffer.from('very secret').toString('hex')}` }];
        const request = await dataOf('Prepare', unsigned(lot(), { transient }));
        expect(request['summary']).toContain('“price”');
        expect(request['summary']).not.toContain('secret');
      });

      test.each([['an unknown request', { request: 'nothing' }, 'REQUEST_UNKNOWN']])(
        'refuses %s',
        async (_, change, code) => {
          const refused = await errorOf('SubmitSignature', { signature: '0x00', ...change });
          expect(refused.extensions['code']).toBe(code);
        },
      );

      test('refuses a wallet’s identity, a signer, another member, and what is no certificate', async () => {
        const { write } = unsigned(lot());
        const wallet = { address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8' };
        const broken = { fabric: { mspId: 'HarvestMSP', certificate: 'nonsense' } };
        for (const input of [
          { identity: wallet, write },
          { identity: broken, write },
          { identity: identity(), write: { submit: register(lot()) } },
          unsigned(lot(), { as: 'member/northwind' }),
          { identity: { fabric: { ...identity().fabric, mspId: 'NobodyMSP' } }, write },
          {
            identity: { fabric: { mspId: 'HarvestMSP', certificate: identity().fabric.certificate.padEnd(20_000) } },
            write,
          },
        ])
          expect((await errorOf('Prepare', input)).extensions['code']).toBe('INPUT_INVALID');
      });
    });

    describe('a wallet', () => {
      const { address, signingKey } = devAccount(devAccountOf.meridian);
      const CHAIN = 'eip155:31337';
      const token = (): string => world.dev.ethereum.contracts['SettlementToken']?.address ?? '';
      const mint = (more: Thing = {}): Thing => ({
        ...{ chain: CHAIN, to: token(), function: 'mint', arguments: [address, '100'] },
        ...more,
      });
      const signedElsewhere = (draft: unknown): string => {
        const transaction = Transaction.from(String(draft));
        transaction.signature = signingKey.sign(transaction.unsignedHash);
        return transaction.serialized;
      };

      test('that Parley keeps sends', async () => {
        const { transaction } = await dataOf('Send', mint({ as: 'member/northwind', signer: 'northwind-wallet' }));
        expect(transaction).toMatchObject({ confirmation: 'CONFIRMED', outcome: 'SUCCEEDED', revertReason: null });
      });

      test('that may not do it is told why before anything is sent', async () => {
        const { message, extensions } = await errorOf('Send', mint({ signer: 'harvest-wallet' }));
        expect(extensions['code']).toBe('CALL_REVERTED');
        expect(message).toContain('OwnableUnauthorizedAccount(account: ');
      });

      test('of another member is refused', async () => {
        const { extensions } = await errorOf('Send', mint({ as: 'member/harvest', signer: 'northwind-wallet' }));
        expect(extensions['code']).toBe('SIGNER_UNKNOWN');
      });

      test('that is kept elsewhere signs what was prepared for it', async () => {
        const transfer = mint({ function: 'transfer', arguments: [devAccount(0).address, '1'] });
        const request = await dataOf('Prepare', { identity: { address }, write: { sendTransaction: transfer } });
        expect(request).toMatchObject({ stage: 'EVM_TRANSACTION', scheme: 'EVM_TRANSACTION' });
        expect(request['digest']).toBe(Transaction.from(String(request['bytes'])).unsignedHash);
        expect(request['summary']).toContain('transfer(address,uint256)');
        const done = await dataOf('SubmitSignature', {
          ...{ request: request['id'], signature: signedElsewhere(request['bytes']) },
        });
        expect(done).toMatchObject({ next: null, transaction: { confirmation: 'CONFIRMED', outcome: 'SUCCEEDED' } });
      });

      test('that is kept elsewhere has no signer here, and signs for its own member', async () => {
        const harvest = devAccount(devAccountOf.harvest).address;
        for (const [identity, more] of [
          [{ address }, { signer: 'meridian-wallet' }],
          [{ address: harvest }, { as: 'member/meridian' }],
        ] as const) {
          const write = { sendTransaction: { chain: CHAIN, to: address, value: '1', ...more } };
          expect((await errorOf('Prepare', { identity, write })).extensions['code']).toBe('INPUT_INVALID');
        }
      });

      test('that signed something else, or is another one, is refused, and the right signature is still taken', async () => {
        const write = { sendTransaction: { chain: CHAIN, to: address, value: '1' } };
        const request = await dataOf('Prepare', { identity: { address }, write });
        const other = Transaction.from(String(request['bytes']));
        other.value = 2n;
        const foreign = Transaction.from(String(request['bytes']));
        foreign.signature = devAccount(0).signingKey.sign(foreign.unsignedHash);
        const wrong = [signedElsewhere(other.unsignedSerialized), foreign.serialized, request['bytes'], '0x'];
        for (const signature of wrong) {
          const refused = await errorOf('SubmitSignature', { request: request['id'], signature });
          expect(refused.extensions['code']).toBe('SIGNATURE_INVALID');
        }
        const signature = signedElsewhere(request['bytes']);
        const { transaction } = await dataOf('SubmitSignature', { request: request['id'], signature });
        expect(transaction).toMatchObject({ outcome: 'SUCCEEDED' });
      });

      test('that made its own transaction has it sent', async () => {
        const write = { sendTransaction: { chain: CHAIN, to: address, value: '3' } };
        const { bytes } = await dataOf('Prepare', { identity: { address }, write });
        const rawTransaction = signedElsewhere(bytes);
        const { transaction } = await dataOf('SendRaw', { chain: CHAIN, rawTransaction });
        expect(transaction).toMatchObject({ hash: Transaction.from(rawTransaction).hash, outcome: 'SUCCEEDED' });
      });
    });
  });
}
