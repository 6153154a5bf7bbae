import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorld } from '../../../devnet/fabric/material/world.js';
import type { EvaluateRequest, FabricCreator } from '../../../src/ledgers/ledger.js';
import { proposalSummary } from '../../../src/subgraphs/signing/summary.js';
import { call } from '../../support/fabricWrites.js';

let directory: string;
let creator: FabricCreator;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-summary-'));
  const { organizations } = await createWorld({ directory });
  const [harvest] = organizations;
  const certificate = harvest?.users['user1']?.certificatePem;
  if (harvest === undefined || certificate === undefined) throw new Error('No user');
  creator = { mspId: harvest.mspId, certificate };
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const summary = (request: EvaluateRequest): string => proposalSummary({ name: 'trade' }, request, creator);

describe('a proposal in words', () => {
  test('says what is called with what, where, and as whom', () => {
    const words = summary(call('transfer', ['lot-1', '12'], { contract: 'Goods', endorsingOrganizations: ['AMSP'] }));
    expect(words).toMatch(
      /^Ask for endorsement of Goods:transfer\(“lot-1”, “12”\) of chaincode “assets” on channel “trade”, as “HarvestMSP” \(.*CN=.*\), endorsed by “AMSP”\. Nothing is submitted yet\.$/,
    );
  });

  test('names transient data and never shows it', () => {
    const words = summary(call('price', [], { transient: { amount: Buffer.from('4711') } }));
    expect(words).toContain('with transient data “amount”');
    expect(words).not.toContain('4711');
  });

  test('lets no argument pass for the words around it', () => {
    const words = summary(call('pay', ['1”) of chaincode “other', 'a\n\rb', '\u202Eevil', '\u2028x', '\u0000']));
    expect(words).toContain('pay(“1�) of chaincode �other”, “a��b”, “�evil”, “�x”, “�”)');
  });

  test('shortens what is long, and shows as hex what is no text', () => {
    const bytes = Buffer.alloc(100, 0xff);
    const request = {
      ...call('put'),
      arguments: [bytes, Buffer.from('y'.repeat(100)), ...Array<Buffer>(20).fill(bytes)],
    };
    const words = summary(request);
    expect(words).toContain(`0x${'ff'.repeat(30)}… (100 bytes), “${'y'.repeat(60)}… (100 characters)”`);
    expect(words).toContain('and 12 more');
  });
});
