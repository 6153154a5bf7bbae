import { orderer, type common } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import type { BatchSettings } from './action.js';
import { durationText } from './duration.js';
import { sectionIn } from './organizations.js';
import { setValue, valueOf } from './parts.js';

/** Nodes send each other messages of up to 100 MB; Fabric's own advice for a block, half of that with room for what is around it. */
const MAX_BLOCK_BYTES = 49 * 1024 * 1024;
const MAX_COUNT = 100_000;
const MAX_TIMEOUT_MS = 3_600_000;

/** Sets those of the batch settings that are given. Throws `INPUT_INVALID` where one is out of its range. */
export function setBatch(root: common.ConfigGroup, batch: BatchSettings): void {
  const group = sectionIn(root, 'Orderer');
  const size = orderer.BatchSize.deserializeBinary(valueOf(group, 'BatchSize'));
  const absolute = inRange('absoluteMaxBytes', batch.absoluteMaxBytes, MAX_BLOCK_BYTES) ?? size.getAbsoluteMaxBytes();
  const preferred = inRange('preferredMaxBytes', batch.preferredMaxBytes, absolute) ?? size.getPreferredMaxBytes();
  if (preferred > absolute)
    throw outOf('absoluteMaxBytes', absolute, `at least preferredMaxBytes, which is ${preferred}`);
  size.setMaxMessageCount(inRange('maxMessageCount', batch.maxMessageCount, MAX_COUNT) ?? size.getMaxMessageCount());
  size.setAbsoluteMaxBytes(absolute);
  size.setPreferredMaxBytes(preferred);
  setValue(group, 'BatchSize', size.serializeBinary());
  const timeoutMs = inRange('timeoutMs', batch.timeoutMs, MAX_TIMEOUT_MS);
  if (timeoutMs === null) return;
  const timeout = new orderer.BatchTimeout();
  timeout.setTimeout(durationText(timeoutMs));
  setValue(group, 'BatchTimeout', timeout.serializeBinary());
}

function inRange(name: string, value: number | null, max: number): number | null {
  if (value === null) return null;
  if (!Number.isInteger(value) || value < 1 || value > max) throw outOf(name, value, `a whole number from 1 to ${max}`);
  return value;
}

const outOf = (name: string, got: number, expected: string) =>
  inputProblem(`The batch setting ${name} is out of its range`, { got, expected, fix: `Correct ${name}.` });
