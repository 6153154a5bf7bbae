import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../support/world.js';

const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| promise') && /\]\(/.test(line));
const links = (text: string): string[] => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);

test('every promise of the reliability page names tests that exist', () => {
  expect(rows.length).toBeGreaterThan(30);
  const promises = page
    .split('\n')
    .filter((line) => /^\| (?!promise|suite|---)/.test(line) && line.split(' | ').length === 2);
  expect(promises.filter((line) => links(line).length === 0)).toEqual([]);
  expect(links(page).filter((link) => !existsSync(join(root, 'docs', link)))).toEqual([]);
});

test('every chaos suite holds a promise', () => {
  const suites = readdirSync(join(root, 'test/chaos')).filter((name) => name.endsWith('.test.ts'));
  const named = links(rows.join('\n'));
  const own = 'promises.test.ts';
  expect(suites.filter((name) => name !== own && !named.includes(`../test/chaos/${name}`))).toEqual([]);
});
