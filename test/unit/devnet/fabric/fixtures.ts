import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';

const RECORDED = join(import.meta.dirname, '../../../fixtures/fabric/bft-trade');

/** The blocks of channel `trade` as a real peer delivered them, in order. */
export function recordedBlocks(): readonly common.Block[] {
  const directory = join(RECORDED, 'blocks');
  return readdirSync(directory)
    .sort()
    .map((name) => common.Block.deserializeBinary(new Uint8Array(readFileSync(join(directory, name)))));
}

/** Runs with a directory that is removed afterwards. */
export async function inTemporaryDirectory<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What was thrown, as its text. */
export function textThrown(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('Nothing was thrown');
}
