import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { writeOut } from '../../../src/cli/report.js';
import { portNumber } from '../../../src/cli/start.js';

const directory = mkdtempSync(join(tmpdir(), 'parley-cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('a file is written with its directory', () => {
  writeOut(join(directory, 'new', 'parley.yaml'), 'a: 1\n');
  expect(readFileSync(join(directory, 'new', 'parley.yaml'), 'utf8')).toBe('a: 1\n');
});

test('a place that cannot be written is said in words', () => {
  writeFileSync(join(directory, 'file'), '');
  const write = (): void => writeOut(join(directory, 'file', 'parley.yaml'), '');
  expect(write).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(write).toThrow(/A file cannot be written.*Fix: Name a place that may be written/);
});

test('a port that is none is wrong usage, not a defect', () => {
  expect(() => portNumber('abc')).toThrow(expect.objectContaining({ code: 'commander.invalidArgument' }));
  expect(portNumber('0')).toBe(0);
});
