import { JSONSerializer } from 'fabric-contract-api';
import { canonicalJson } from './state.js';

/**
 * Results as canonical JSON, so that endorsers answer with the same bytes; arguments as the contract API reads them. Its own
 * way of writing results cannot be used: it calls `classToPlain`, which class-transformer 0.4.1, within its range, lacks.
 */
export class CanonicalSerializer extends JSONSerializer {
  override toBuffer(result: unknown): Buffer {
    if (result === undefined || result === null) return Buffer.alloc(0);
    return Buffer.from(typeof result === 'string' ? result : canonicalJson(result));
  }
}
