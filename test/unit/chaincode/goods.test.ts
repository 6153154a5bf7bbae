import { describe, expect, test } from '@jest/globals';
import { inspect, MAX_STEPS, register, sell, transferCustody } from '../../../chaincode/goods/lot.js';
import { parsePrice } from '../../../chaincode/goods/price.js';

const harvest = { by: 'HarvestMSP', at: '2026-03-01T10:00:00.000Z' };
const meridian = { by: 'MeridianMSP', at: '2026-03-02T10:00:00.000Z' };
const input = {
  lotId: 'LOT-1',
  origin: 'Ethiopia, Sidama',
  variety: 'Heirloom',
  weightKg: 1_200,
  grade: 'G1',
  place: 'Hawassa',
};

describe('a lot of coffee', () => {
  test('belongs to whoever registers it', () => {
    const { lot, step } = register(input, harvest);
    expect(lot).toMatchObject({ owner: 'HarvestMSP', custodian: 'HarvestMSP', steps: 1 });
    expect(step).toMatchObject({ step: 1, kind: 'REGISTERED', place: 'Hawassa' });
    expect(() => register({ ...input, weightKg: 0 }, harvest)).toThrow('weightKg is 0, expected a whole number');
  });

  test('is handed over by who has it, sold by who owns it, and inspected by either', () => {
    const { lot } = register(input, harvest);
    const moved = transferCustody(lot, 'MeridianMSP', 'Djibouti', harvest).lot;
    expect(moved).toMatchObject({ owner: 'HarvestMSP', custodian: 'MeridianMSP', place: 'Djibouti', steps: 2 });
    expect(() => transferCustody(moved, 'NorthwindMSP', 'Hamburg', harvest)).toThrow(
      'custodian of lot LOT-1 is MeridianMSP',
    );
    expect(inspect(moved, 'G2', 11.5, '', meridian).lot.grade).toBe('G2');
    expect(() => inspect(moved, 'G2', 11.5, '', { ...meridian, by: 'NorthwindMSP' })).toThrow('not NorthwindMSP');
    expect(() => sell(moved, 'NorthwindMSP', meridian)).toThrow('owner of lot LOT-1 is HarvestMSP, not MeridianMSP');
    expect(sell(moved, 'NorthwindMSP', harvest)).toMatchObject({
      lot: { owner: 'NorthwindMSP', custodian: 'MeridianMSP', steps: 3 },
      step: { kind: 'SALE', seller: 'HarvestMSP', buyer: 'NorthwindMSP', step: 3 },
    });
  });

  test('has a bounded journey', () => {
    const { lot } = register(input, harvest);
    expect(() => inspect({ ...lot, steps: MAX_STEPS }, 'G1', 11, '', harvest)).toThrow('has its 100 steps already');
  });

  test('has a price only where the transient data says one', () => {
    const price = { amountCents: 480_000, currency: 'HUSD', salt: '0123456789abcdef' };
    expect(parsePrice('LOT-1', Buffer.from(JSON.stringify(price)))).toEqual({ lotId: 'LOT-1', ...price });
    expect(() => parsePrice('LOT-1', undefined)).toThrow('The transient data lacks "price"');
    expect(() => parsePrice('LOT-1', Buffer.from('{}'))).toThrow('is not JSON with amountCents, currency and salt');
    expect(() => parsePrice('LOT-1', Buffer.from(JSON.stringify({ ...price, salt: 'short' })))).toThrow('salt has 5');
  });
});
