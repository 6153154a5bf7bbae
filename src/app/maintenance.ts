import type { Config } from '../config/index.js';
import { ParleyError } from '../errors/index.js';

export function rebuildIndex(
  _config: Config,
  _options: unknown,
): Promise<readonly { ledger: string; blocks: number }[]> {
  return Promise.reject(new ParleyError('FEATURE_NOT_BUILT', 'rebuild'));
}
export function verifyIndex(_config: Config, _options: unknown): Promise<{ lines: string[]; differences: number }> {
  return Promise.reject(new ParleyError('FEATURE_NOT_BUILT', 'verify'));
}
