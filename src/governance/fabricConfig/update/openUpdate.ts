import { hash } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import { elementsOf, type Element } from './elements.js';

/** What a configuration of any size stays far below. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A serialised `common.ConfigUpdate`, read. */
export interface OpenUpdate {
  /** The exact bytes, which signatures cover. */
  readonly bytes: Uint8Array;
  readonly channel: string;
  readonly readSet: ReadonlyMap<string, Element>;
  readonly writeSet: ReadonlyMap<string, Element>;
  /** What of the write set is changed: all that the read set does not name at the same version. */
  readonly delta: ReadonlyMap<string, Element>;
}

/** Throws `INPUT_INVALID` where the bytes are no update, or hold what this cannot show: nobody should sign the unseen. */
export function openUpdate(bytes: Uint8Array): OpenUpdate {
  const update = decode(bytes);
  const readSet = elementsOf(update.getReadSet());
  const writeSet = elementsOf(update.getWriteSet());
  const changed = [...writeSet].filter(
    ([key, { message }]) => readSet.get(key)?.message.getVersion() !== message.getVersion(),
  );
  return { bytes, channel: update.getChannelId(), readSet, writeSet, delta: new Map(changed) };
}

/** SHA-256 of an update's bytes, plain hex: what a proposal binds its signatures to. */
export const updateDigest = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** The versions that an update was made for, by path. */
export const readSetVersions = (update: OpenUpdate): { path: string; version: number }[] =>
  [...update.readSet.values()].map(({ path, message }) => ({ path, version: message.getVersion() }));

function decode(bytes: Uint8Array): common.ConfigUpdate {
  if (bytes.length > MAX_BYTES) throw notUpdate(`${bytes.length} bytes`, `at most ${MAX_BYTES} bytes`);
  const { update, length } = read(bytes);
  if (update.getWriteSet() === undefined) throw notUpdate('nothing to write');
  // Whatever order the maps stand in, the length is the same where nothing was left out.
  if (length !== bytes.length) throw notUpdate('fields that no such message has, or one of them twice');
  if (update.getIsolatedDataMap().getLength() > 0) throw notUpdate('isolated data, which no channel takes');
  return update;
}

function read(bytes: Uint8Array): { readonly update: common.ConfigUpdate; readonly length: number } {
  try {
    const update = common.ConfigUpdate.deserializeBinary(bytes);
    return { update, length: update.serializeBinary().length };
  } catch (error) {
    throw notUpdate(error instanceof Error ? error.message : String(error));
  }
}

const notUpdate = (got: string, expected = 'a serialised common.ConfigUpdate') =>
  inputProblem('This is no configuration update', {
    got,
    expected,
    fix: 'Give the bytes that Parley prepared, or those of `configtxlator compute_update`.',
  });
