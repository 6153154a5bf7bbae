import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyText, originalText, storedText } from '../../../src/store/text.js';

describe('text in the store', () => {
  test('comes back as it was, whatever it is, and holds no U+0000', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\u0000', '\uE000', '0', '1', 'a', 'é', '𝒳') }), (text) => {
        expect(storedText(text)).not.toContain('\u0000');
        expect(originalText(storedText(text))).toBe(text);
      }),
    );
  });
  test('is told apart as a key, and short', () => {
    const [a, b] = ['x'.repeat(5000), `${'x'.repeat(4999)}y`];
    expect(keyText(a)).not.toBe(keyText(b));
    expect(keyText(a).length).toBeLessThanOrEqual(256);
    expect(keyText('Create')).toBe('Create');
  });
});
