import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../src/errors/index.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import type { EndorsedTransaction, EvaluateRequest, FabricLedger } from '../../src/ledgers/ledger.js';
import type { DecodedTransaction } from '../../src/model/block.js';
import { fabricSender, packEnvelope } from '../../src/subgraphs/fabricSender.js';
import type { SentWrite } from '../../src/subgraphs/writes.js';
import { fabricLedgerOptions } from '../support/fabricLedgers.js';
import {
  call,
  derOf,
  failureOf,
  isLow,
  outsideSigner,
  withOtherS,
  type OutsideSigner,
} from '../support/fabricWrites.js';
import { hushedDoor, type HushedDoor } from '../support/hushedDoor.js';
import { collect } from './ledger.contract.js';
import { freeAddress, HARVEST, MERIDIAN, type FabricWorld } from './embeddedFabric/world.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** What the port promises of writes on a channel of HarvestMSP and MeridianMSP (and others) called `trade`. */
export function fabricWritesContract(name: string, start: () => Promise<FabricWorld>): void {
  describe(`Writes on ${name}`, () => {
    let world: FabricWorld;
    let ledger: FabricLedger;
    let door: HushedDoor;
    let lonely: FabricLedger;
    let harvest: OutsideSigner;

    beforeAll(async () => {
      world = await start();
      await world.deploy({
        ...{ channel: 'trade', name: 'assets', version: '1.0' },
        service: { address: await freeAddress() },
      });
      ledger = await createFabricLedger(fabricLedgerOptions(world.fabric, 'trade', HARVEST));
      const { user1 } = world.organization(HARVEST).users;
      if (user1 === undefined) throw new Error('No user');
      harvest = outsideSigner(HARVEST, user1);
      const [, port] = world.organization(HARVEST).peerEndpoint.split(':');
      door = await hushedDoor(Number(port));
      lonely = await createFabricLedger(onlyOwnPeer(world, door.port));
    }, 240_000);

    afterAll(async () => {
      await lonely?.close();
      await ledger?.close();
      await door?.shut();
      await world?.close();
    }, 240_000);

    const endorsed = async (request: EvaluateRequest, by = ledger, as = harvest): Promise<EndorsedTransaction> => {
      const proposal = await by.propose(request, as.creator);
      return by.endorse(proposal.bytes, as.sign(proposal.bytes), request);
    };
    const order = (transaction: EndorsedTransaction, by = ledger): Promise<void> =>
      by.order(transaction.bytes, harvest.sign(transaction.bytes));

    /** All transactions of that id, once as many are in blocks. */
    async function inBlocks({ transactionId }: EndorsedTransaction, count = 1): Promise<readonly DecodedTransaction[]> {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const { number } = await ledger.head();
        const decoder = ledger.decoder(await ledger.seed(0));
        const blocks = await collect(ledger.read(0, number, AbortSignal.timeout(60_000)));
        const found = blocks
          .flatMap((block) => decoder.decode(block).transactions)
          .filter(({ hash }) => hash === transactionId);
        if (found.length >= count || Date.now() > deadline) return found;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }

    /** The cut connection is noticed by whoever asks first. */
    async function reopened(): Promise<void> {
      await door.open();
      const deadline = Date.now() + 60_000;
      while (
        !(await lonely.head().then(
          () => true,
          (error: unknown) => isUnavailable(error, deadline),
        ))
      );
    }

    const codeIn = (found: readonly DecodedTransaction[]): readonly unknown[][] =>
      found.map(({ detail, outcome }) => [outcome, detail.kind === 'fabric' ? detail.validationCode : null]);

    test('proposes, endorses and orders what is signed elsewhere, over exactly the bytes that it gives out', async () => {
      const request = call('put', ['lot-1', 'coffee']);
      const proposal = await ledger.propose(request, harvest.creator);
      expect(proposal.transactionId).toMatch(/^[0-9a-f]{64}$/);
      expect(Buffer.from(proposal.digest)).toEqual(createHash('sha256').update(proposal.bytes).digest());
      const transaction = await ledger.endorse(proposal.bytes, harvest.sign(proposal.bytes), request);
      expect([text(transaction.result), transaction.transactionId]).toEqual(['coffee', proposal.transactionId]);
      expect(Buffer.from(transaction.digest)).toEqual(createHash('sha256').update(transaction.bytes).digest());
      expect(common.Payload.deserializeBinary(transaction.bytes).getHeader()).toBeDefined();
      await order(transaction);
      expect(codeIn(await inBlocks(transaction))).toEqual([['SUCCEEDED', 'VALID']]);
      const evaluated = await ledger.evaluate(call('get', ['lot-1']), undefined, {
        creator: harvest.creator,
        sign: (bytes) => Promise.resolve(harvest.sign(bytes)),
      });
      expect(text(evaluated)).toBe('coffee');
    });

    test('evaluates as whoever signs', async () => {
      const { user1 } = world.organization(MERIDIAN).users;
      if (user1 === undefined) throw new Error('No user');
      const meridian = outsideSigner(MERIDIAN, user1);
      const caller = { creator: meridian.creator, sign: (b: Uint8Array) => Promise.resolve(meridian.sign(b)) };
      expect(text(await ledger.evaluate(call('whoami'), undefined, caller))).toMatch(/^MeridianMSP trade /);
      expect(text(await ledger.evaluate(call('whoami')))).toMatch(/^HarvestMSP trade /);
    });

    test('has named organisations endorse, and no other', async () => {
      const transaction = await endorsed(call('put', ['lot-3', 'x'], { endorsingOrganizations: [HARVEST, MERIDIAN] }));
      await order(transaction);
      const [found] = await inBlocks(transaction);
      const endorsements = found?.detail.kind === 'fabric' ? found.detail.endorsements : [];
      expect(endorsements.map(({ mspId }) => mspId).sort()).toEqual([HARVEST, MERIDIAN]);
    });

    test('tells what each endorser says, and orders nothing', async () => {
      await order(await endorsed(call('create', ['lot-4', 'coffee'])));
      const until = Date.now() + 60_000;
      while (text(await ledger.evaluate(call('get', ['lot-4']))) === '' && Date.now() < until);
      const request = call('create', ['lot-4', 'tea']);
      const failure = await failureOf(endorsed(request));
      expect([failure.code, failure.retryable]).toEqual(['ENDORSEMENT_FAILED', false]);
      expect(failure.details).toEqual([
        {
          mspId: HARVEST,
          address: expect.any(String),
          message: 'chaincode response 500, the asset lot-4 exists already',
        },
      ]);
      const nobody = await failureOf(endorsed(call('put', ['a', 'b'], { endorsingOrganizations: ['NobodyMSP'] })));
      expect([nobody.code, nobody.message]).toEqual(['ENDORSEMENT_FAILED', expect.stringContaining('NobodyMSP')]);
    });

    test('too few endorsements are data: the block has the validation code', async () => {
      const transaction = await endorsed(call('put', ['lot-5', 'x'], { endorsingOrganizations: [HARVEST] }));
      await order(transaction);
      expect(codeIn(await inBlocks(transaction))).toEqual([['FAILED', 'ENDORSEMENT_POLICY_FAILURE']]);
    });

    test('of two that read the same version the second fails as data', async () => {
      await order(await endorsed(call('put', ['stock', '1'])));
      const until = Date.now() + 60_000;
      while (text(await ledger.evaluate(call('get', ['stock']))) !== '1' && Date.now() < until);
      const [first, second] = [
        await endorsed(call('add', ['stock', '1'])),
        await endorsed(call('add', ['stock', '1'])),
      ];
      await order(first);
      await inBlocks(first);
      await order(second);
      expect(codeIn(await inBlocks(first))).toEqual([['SUCCEEDED', 'VALID']]);
      expect(codeIn(await inBlocks(second))).toEqual([['FAILED', 'MVCC_READ_CONFLICT']]);
    });

    test('the same envelope twice is valid once', async () => {
      const transaction = await endorsed(call('add', ['twice', '1']));
      const signature = harvest.sign(transaction.bytes);
      await ledger.order(transaction.bytes, signature);
      const again = await ledger.order(transaction.bytes, signature).then(
        () => 'ordered',
        (error: unknown) => error,
      );
      const codes = codeIn(await inBlocks(transaction));
      expect(codes.filter(([outcome]) => outcome === 'SUCCEEDED')).toEqual([['SUCCEEDED', 'VALID']]);
      expect([again === 'ordered' || isUncertain(again), again]).toEqual([true, again]);
      expect(text(await ledger.evaluate(call('get', ['twice'])))).toBe('1');
    });

    test('what was journaled and never ordered is ordered when it is old, and what a block has is not ordered again', async () => {
      const transaction = await endorsed(call('add', ['journaled', '1']));
      const write = (sentMs: number): SentWrite => ({
        transaction: transaction.transactionId,
        bytes: packEnvelope(transaction.bytes, harvest.sign(transaction.bytes)),
        ...{ from: null, nonce: null, sentMs },
      });
      const { signal } = new AbortController();
      const before = Date.now();
      const young = await fabricSender.tend(ledger, write(before), signal);
      expect(young).toEqual({ kind: 'WAITING', againAtMs: expect.any(Number) });
      const again = 'againAtMs' in young ? (young.againAtMs ?? 0) - before : 0;
      expect([again > 0, again < 25_000]).toEqual([true, true]); // Before whoever waits has waited enough.
      expect(await fabricSender.tend(ledger, write(0), signal)).toEqual({ kind: 'WAITING' });
      expect(codeIn(await inBlocks(transaction))).toEqual([['SUCCEEDED', 'VALID']]);
      await fabricSender.tend(ledger, write(0), signal);
      // Another one's block shows that the second try would have had its own by now.
      const next = await endorsed(call('put', ['next', '1']));
      await order(next);
      await inBlocks(next);
      expect(codeIn(await inBlocks(transaction))).toEqual([['SUCCEEDED', 'VALID']]);
    });

    test('a signature of somebody else is refused and reaches no block', async () => {
      const request = call('put', ['lot-6', 'x']);
      const proposal = await ledger.propose(request, harvest.creator);
      const forged = await failureOf(ledger.endorse(proposal.bytes, harvest.sign(Buffer.from('other')), request));
      expect(forged.code).toBe('ENDORSEMENT_FAILED');
      const transaction = await endorsed(request);
      const refused = await failureOf(ledger.order(transaction.bytes, harvest.sign(Buffer.from('other'))));
      expect([refused.code, refused.retryable]).toEqual(['SUBMIT_REFUSED', false]);
    });

    test('bytes of another channel, or none at all, are refused before anything is asked', async () => {
      for (const bytes of [Buffer.from('nonsense'), new Uint8Array(0)]) {
        expect((await failureOf(ledger.endorse(bytes, harvest.sign(bytes), call('put')))).code).toBe('INPUT_INVALID');
        expect((await failureOf(ledger.order(bytes, harvest.sign(bytes)))).code).toBe('INPUT_INVALID');
      }
    });

    test('a peer that is not there: surely not sent, and another peer takes it', async () => {
      const transaction = await endorsed(call('put', ['lot-7', 'x']));
      await door.shut();
      const gone = await failureOf(order(transaction, lonely));
      expect([gone.code, gone.retryable]).toEqual(['LEDGER_UNAVAILABLE', true]);
      await reopened();
      await order(transaction);
      expect(codeIn(await inBlocks(transaction))).toEqual([['SUCCEEDED', 'VALID']]);
    });

    test('whoever gives up while it is ordered is told that it is uncertain', async () => {
      const transaction = await endorsed(call('put', ['lot-8', 'x']), lonely);
      door.hush();
      const patience = new AbortController();
      const answer = failureOf(lonely.order(transaction.bytes, harvest.sign(transaction.bytes), patience.signal));
      await inBlocks(transaction);
      patience.abort(new Error('enough'));
      expect((await answer).code).toBe('SUBMIT_UNCERTAIN');
      await door.shut();
      await reopened();
    });

    test('takes signatures in every form that tools give, and none of another key or other bytes', async () => {
      const { bytes } = await ledger.propose(call('put', ['lot-9', 'x']), harvest.creator);
      const key = createPrivateKey(harvest.privateKeyPem);
      const raw = sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
      const other = withOtherS(raw);
      const forms = [raw, other, derOf(raw), derOf(other)];
      const taken = forms.map((form) => Buffer.from(ledger.signature(bytes, form, harvest.creator)).toString('hex'));
      expect(new Set(taken)).toEqual(new Set([Buffer.from(derOf(isLow(raw) ? raw : other)).toString('hex')]));
      for (const bad of [
        sign('sha256', Buffer.from('other'), key),
        raw.subarray(1),
        new Uint8Array(0),
        Buffer.alloc(64),
      ])
        expect(() => ledger.signature(bytes, bad, harvest.creator)).toThrow(/not that of the certificate/);
      expect(() => ledger.signature(bytes, raw, { mspId: HARVEST, certificate: 'nonsense' })).toThrow(/no certificate/);
    });

    test('a connection that is damaged is given up for a new one; what nobody answered is no refusal', async () => {
      const until = Date.now() + 60_000;
      const ask = () => lonely.evaluate(call('get', ['damaged']));
      await ask();
      for (const attempt of [ask, () => endorsed(call('put', ['damaged', 'x']), lonely)]) {
        door.damage();
        const lost = await failureOf(attempt());
        expect([lost.code, lost.retryable]).toEqual(['LEDGER_UNAVAILABLE', true]);
        // The line is whole from here on.
        for (let done = false; !done && Date.now() < until;)
          done = await attempt().then(
            () => true,
            (error: unknown) => {
              expect(error).toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
              return false;
            },
          );
        await attempt();
      }
    });

    test('a connection that is lost while it is ordered leaves it uncertain, and blocks tell', async () => {
      const transaction = await endorsed(call('add', ['lost', '1']), lonely);
      door.hush();
      const answer = failureOf(order(transaction, lonely));
      expect(codeIn(await inBlocks(transaction))).toEqual([['SUCCEEDED', 'VALID']]);
      await door.shut();
      const failure = await answer;
      await reopened();
      expect([failure.code, failure.retryable]).toEqual(['SUBMIT_UNCERTAIN', true]);
      expect(failure.message).toContain(transaction.transactionId);
    });
  });
}

const isUncertain = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'SUBMIT_UNCERTAIN';

/** False while a peer may still come back; what else is wrong is thrown. */
function isUnavailable(error: unknown, deadlineMs: number): boolean {
  if (error instanceof ParleyError && error.code === 'LEDGER_UNAVAILABLE' && Date.now() < deadlineMs) return false;
  throw error;
}

function onlyOwnPeer(world: FabricWorld, port: number): ReturnType<typeof fabricLedgerOptions> {
  const options = fabricLedgerOptions(world.fabric, 'trade', HARVEST, port);
  const own = Object.entries(options.connectionProfile.peers).filter(([, { url }]) => url.endsWith(`:${port}`));
  return { ...options, connectionProfile: { ...options.connectionProfile, peers: Object.fromEntries(own) } };
}
