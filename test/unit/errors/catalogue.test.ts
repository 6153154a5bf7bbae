import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { catalogue, ParleyError, type ErrorCode } from '../../../src/errors/index.js';
import { catalogueText } from './catalogueText.js';

const file = fileURLToPath(new URL('../../../docs/errors.md', import.meta.url));

test('docs/errors.md says what the catalogue says. Fix: UPDATE_DOCS=1 npm run jest -- test/unit/errors', () => {
  if (process.env['UPDATE_DOCS'] === '1') {
    mkdirSync(fileURLToPath(new URL('../../../docs', import.meta.url)), { recursive: true });
    writeFileSync(file, catalogueText());
  }
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '').toBe(catalogueText());
});

test.each(Object.keys(catalogue) as ErrorCode[])('%s has whole sentences and a real status', (code) => {
  const { meaning, fix, status, retryable } = catalogue[code];
  expect([meaning, fix].every((text) => /^[A-Z`].*\.$/s.test(text))).toBe(true);
  expect(status === 200 || (status >= 400 && status < 600)).toBe(true);
  // A server that is only out of breath answers 429 or 5xx, never a status that tells the caller to change the request.
  if (retryable) expect([200, 429, 503, 504]).toContain(status);
});

test('an error says what, got, expected, fix', () => {
  expect(
    new ParleyError('ID_INVALID', 'That is no id', { got: 'x', expected: 'an id of this graph' }).message,
  ).toMatchInlineSnapshot(
    `"That is no id. Got: x. Expected: an id of this graph. Fix: Use ids as the graph returns them."`,
  );
});
