import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ETHEREUM_LEDGER } from '../../support/blocks.js';
import { accounts, tokens as contracts } from '../../support/ethereumBlocks.js';
import { everything, fill, type Filled } from '../../support/filledStore.js';
import type { Fresh } from '../store.contract.js';

export function tokens(fresh: Fresh): void {
  describe('tokens', () => {
    let filled: Filled;
    beforeAll(async () => {
      filled = await fill(await fresh());
    });
    afterAll(() => filled.store.close());
    const parties = accounts.map((nativeId) => ({ ledger: ETHEREUM_LEDGER, nativeId }));

    test('held: every token that an account ever received, with ids newest first', async () => {
      const held = await filled.store.tokensHeld(everything, parties);
      const received = filled.told
        .filter(({ block, canonical }) => canonical && block.ledger === ETHEREUM_LEDGER)
        .flatMap(({ block }) => block.tokenTransfers)
        .reverse();
      const expected = accounts.map((account) => {
        const own = received.filter(({ to }) => to === account);
        return [...new Set(own.map(({ token }) => token))].sort().map((token) => ({
          ...{ token, standard: own.find((one) => one.token === token)?.standard },
          tokenIds: [...new Set(own.filter((one) => one.token === token).flatMap(({ tokenId }) => tokenId ?? []))],
        }));
      });
      expect(held).toEqual(expected);
      expect(held.flat().length).toBeGreaterThan(50);
    });

    test('addresses are known where they take part', async () => {
      const asked = [...parties.slice(0, 3), { ledger: ETHEREUM_LEDGER, nativeId: contracts[1] ?? '' }];
      const stranger = { ledger: ETHEREUM_LEDGER, nativeId: `0x${'9'.repeat(40)}` };
      expect(await filled.store.addressesKnown(everything, [...asked, stranger])).toEqual([
        true,
        true,
        true,
        true,
        false,
      ]);
    });
  });
}
