import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cursorSeal, MAX_CURSOR_BYTES, MAX_CURSOR_CHARACTERS } from '../../../src/lib/cursorSeal.js';

describe('sealed cursors', () => {
  test('what was sealed opens again, for its purpose alone', () => {
    const seal = cursorSeal(['first secret']);
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, purpose) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(seal.open(purpose, seal.seal(purpose, plain))).toEqual(plain);
        expect(seal.open(`${purpose}!`, seal.seal(purpose, plain))).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('a value has one text for a purpose, and another for another', () => {
    const seal = cursorSeal(['first secret']);
    expect(seal.seal('page', { block: 7 })).toBe(seal.seal('page', { block: 7 }));
    const others = [seal.seal('list', { block: 7 }), seal.seal('page', { block: 8 })];
    expect(new Set([seal.seal('page', { block: 7 }), ...others].map((text) => text.slice(0, 16))).size).toBe(3);
  });

  test('a change of any one character is refused', () => {
    const seal = cursorSeal(['first secret']);
    const text = seal.seal('page', { block: 7 });
    for (let at = 0; at < text.length; at += 1) {
      const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(seal.open('page', changed)).toBeUndefined();
    }
    for (const longer of [`${text}=`, `${text} `, `\n${text}`, `${text}A`])
      expect(seal.open('page', longer)).toBeUndefined();
  });

  test('after a rotation the old secret still opens, and a forgotten one does not', () => {
    const before = cursorSeal(['old']).seal('page', 1);
    expect(cursorSeal(['new', 'old']).open('page', before)).toBe(1);
    expect(cursorSeal(['new']).open('page', before)).toBeUndefined();
  });

  test('garbage and oversized text are refused without a throw', () => {
    const seal = cursorSeal(['first secret']);
    fc.assert(
      fc.property(fc.string(), (text) => seal.open('page', text) === undefined),
      { numRuns: 100 },
    );
    expect(seal.open('page', 'A'.repeat(MAX_CURSOR_CHARACTERS + 1))).toBeUndefined();
    expect(seal.openBytes('page', seal.sealBytes('page', Buffer.alloc(MAX_CURSOR_BYTES + 1)))).toBeUndefined();
  });

  test('bytes are sealed as they are, as many as a cursor holds', () => {
    const seal = cursorSeal(['first secret']);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.string(), (bytes, purpose) => {
        const text = seal.sealBytes(purpose, bytes);
        expect(seal.openBytes(purpose, text)).toEqual(Buffer.from(bytes));
        expect(seal.openBytes(`${purpose}!`, text)).toBeUndefined();
      }),
    );
    const most = seal.sealBytes('page', Buffer.alloc(MAX_CURSOR_BYTES, 7));
    expect(most).toHaveLength(MAX_CURSOR_CHARACTERS);
    expect(seal.openBytes('page', most)).toHaveLength(MAX_CURSOR_BYTES);
    // Bytes that are no JSON are no value.
    expect(seal.open('page', seal.sealBytes('page', Buffer.from('{')))).toBeUndefined();
  });
});
