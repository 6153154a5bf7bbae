import { describe, expect, test } from '@jest/globals';
import { recordedFacts } from '../../ledgers/fabric/recorded.js';
import type { GraphWorld } from '../world.js';

interface Transaction {
  readonly id: string;
  readonly hash: string;
  readonly validationCode: string;
  readonly outcome: string;
  readonly function: string | null;
  readonly argumentsText: readonly (string | null)[];
  readonly creator: { readonly mspId: string; readonly certificate: { readonly subject: string } | null } | null;
  readonly endorsements: readonly { readonly mspId: string; readonly verified: boolean }[];
  readonly event: { readonly name: string; readonly payloadText: string } | null;
  readonly reads: readonly { readonly namespace: string }[];
  readonly writes: readonly { readonly namespace: string; readonly valueText: string | null }[];
}

const BLOCK = `query ($channel: ID!, $number: BigInt!) { channel(by: { id: $channel }) { block(number: $number) {
  hash dataHash parentHash transactionCount confirmation signatures { consenterId mspId verified }
  transactions(first: 100) { totalCount edges { node { hash ... on FabricTransaction {
    id validationCode outcome function argumentsText creator { mspId certificate { subject } } endorsements { mspId verified }
    event { name payloadText } reads { namespace } writes { namespace valueText }
  } } } } } } }`;

async function blockOf(world: GraphWorld, number: number) {
  const { channel } = await world.ask<{
    channel: {
      block: {
        hash: string;
        dataHash: string;
        signatures: { consenterId: string; verified: boolean }[];
        transactions: { totalCount: number; edges: { node: Transaction }[] };
      };
    };
  }>(BLOCK, { channel: world.channel, number });
  return { ...channel.block, transactions: channel.block.transactions.edges.map(({ node }) => node) };
}

export function fabricFacts(world: () => GraphWorld): void {
  describe('a recorded channel', () => {
    test('every block and transaction is told as its facts are', async () => {
      for (const facts of recordedFacts().blocks) {
        const block = await blockOf(world(), facts.number);
        expect(block.hash).toBe(facts.headerHash);
        expect(block.dataHash).toBe(facts.dataHash);
        expect(block.signatures.map(({ consenterId }) => Number(consenterId))).toEqual(
          facts.ordererSignatures.map(({ consenterId }) => consenterId),
        );
        expect(block.transactions.map(({ validationCode }) => validationCode)).toEqual(
          facts.transactions.map(({ validationCodeName }) => validationCodeName),
        );
        expect(block.transactions.map(({ event }) => event?.name ?? null)).toEqual(
          facts.transactions.map(({ event }) => event?.name ?? null),
        );
        for (const [at, { creator }] of facts.transactions.entries()) {
          const subject = block.transactions[at]?.creator?.certificate?.subject ?? null;
          if (creator.subject === null) expect(subject).toBeNull();
          else expect(subject).toMatch(new RegExp(`^CN=${creator.subject},`));
        }
      }
    });

    test('what an invalid transaction would have told is on the transaction, and never told as an event', async () => {
      const invalid = await blockOf(world(), 17);
      expect(invalid.transactions.map(({ validationCode, event }) => [validationCode, event?.name])).toEqual([
        ['MVCC_READ_CONFLICT', 'AssetUpdated'],
      ]);
      const told = recordedFacts().blocks.flatMap(({ transactions }) =>
        transactions.filter(
          ({ event, validationCodeName }) => event?.name !== undefined && validationCodeName === 'VALID',
        ),
      );
      const data = await world().ask<Record<string, { edges?: unknown[]; events?: { edges: unknown[] } }>>(
        `query ($ledger: ID!, $hash: Hash!) {
          events(first: 100, filter: { ledgers: [$ledger] }) { edges { node { id } } }
          transaction(ledger: $ledger, hash: $hash) { outcome events { edges { node { id } } } }
        }`,
        { ledger: world().channel, hash: recordedFacts().blocks[17]?.transactions[0]?.txId },
      );
      expect(data['events']?.edges).toHaveLength(told.length);
      expect(data['transaction']).toEqual({ outcome: 'FAILED', events: { edges: [] } });
    });

    test('a transaction is found by its hash, and a repeated look-up gives the same id', async () => {
      const [fact] = recordedFacts().blocks[6]?.transactions ?? [];
      const document = `query ($ledger: ID!, $hash: Hash!) { transaction(ledger: $ledger, hash: $hash) { id hash }
        channel(by: { id: $ledger }) { transaction(hash: $hash) { id transactionId argumentsText } } }`;
      const variables = { ledger: world().channel, hash: `0x${fact?.txId.toUpperCase()}` };
      const data = await world().ask<Record<string, Record<string, unknown>>>(document, variables);
      expect(data['transaction']).toEqual({ id: `${world().channel}/tx/6.0`, hash: fact?.txId });
      expect(data['channel']?.['transaction']).toMatchObject({
        id: `${world().channel}/tx/6.0`,
        transactionId: fact?.txId,
      });
    });

    test('what the lifecycle reads and writes is shown only where the lifecycle was called', async () => {
      const commit = await blockOf(world(), 5);
      expect(commit.transactions[0]?.writes.map(({ namespace }) => namespace)).toContain('_lifecycle');
      const ordinary = await blockOf(world(), 6);
      expect(ordinary.transactions[0]?.reads.map(({ namespace }) => namespace)).not.toContain('_lifecycle');
      const raw = world().blocks[6]?.transactions[0]?.detail;
      expect(raw?.kind === 'fabric' && raw.reads.some(({ namespace }) => namespace === '_lifecycle')).toBe(true);
    });

    test('a payload is text only where it is UTF-8, and JSON only where it is JSON', async () => {
      const { events } = await world().ask<{ events: { edges: { node: Record<string, unknown> }[] } }>(
        `{ events(first: 100, filter: { names: ["AssetCreated"] }) { edges { node { ... on ChaincodeEvent { payload payloadText payloadJson } } } } }`,
      );
      const [first] = events.edges;
      const text = Buffer.from(String(first?.node['payload']).slice(2), 'hex').toString('utf8');
      expect(first?.node['payloadText']).toBe(text);
      expect(first?.node['payloadJson']).toEqual(JSON.parse(text));
    });

    test('approvals are those of the definition in force, by the organisations that the channel has', async () => {
      const { channel } = await world().ask<{ channel: { chaincodes: unknown } }>(
        `query ($id: ID!) { channel(by: { id: $id }) { chaincodes { name sequence approvals { mspId approved transaction { block { number } } } } } }`,
        { id: world().channel },
      );
      expect(channel.chaincodes).toEqual([
        {
          ...{ name: 'assets', sequence: 3 },
          approvals: [
            { mspId: 'Org1MSP', approved: true, transaction: { block: { number: '28' } } },
            { mspId: 'Org2MSP', approved: true, transaction: { block: { number: '29' } } },
          ],
        },
      ]);
    });

    test('configurations page backwards through history, newest first', async () => {
      const document = `query ($id: ID!, $after: String) { channel(by: { id: $id }) { configHistory(first: 4, after: $after) {
        edges { node { block { number } sequence } } pageInfo { hasNextPage endCursor } } } }`;
      type Answer = {
        channel: {
          configHistory: { edges: { node: { block: { number: string } } }[]; pageInfo: Record<string, unknown> };
        };
      };
      const first = await world().ask<Answer>(document, { id: world().channel });
      const after = first.channel.configHistory.pageInfo['endCursor'];
      const second = await world().ask<Answer>(document, { id: world().channel, after });
      const numbers = [first, second].flatMap(({ channel }) =>
        channel.configHistory.edges.map(({ node }) => Number(node.block.number)),
      );
      expect(numbers).toEqual(recordedFacts().configBlocks.toReversed());
      expect(second.channel.configHistory.pageInfo['hasNextPage']).toBe(false);
    });

    test('a signer that is not there is refused in words, and so are arguments given twice', async () => {
      const document = 'query ($input: EvaluateInput!) { evaluate(input: $input) { resultText } }';
      const input = { channel: world().channel, chaincode: 'assets', function: 'read', arguments: ['a'] };
      const signed = await world().run(document, { input: { ...input, signer: 'harvest-admin' } });
      expect(signed.errors?.[0]?.message).toMatch(/There is no such signer.*viewer\.signers/s);
      const twice = await world().run(document, { input: { ...input, argumentsBytes: ['0x00'] } });
      expect(twice.errors?.[0]?.message).toMatch(/Arguments were given twice/);
    });
  });
}
