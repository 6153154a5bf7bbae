import { refusalOf } from '../jsonRpc/refusal.js';
import type { RpcErrorObject } from '../jsonRpc/wire.js';

/**
 * What a node means by refusing a transaction. `known`: it has it. `nonce used`: the wallet's nonce is past that. `nonce taken`: another
 * transaction with that nonce waits. `full`: not now. `foreign`: it serves another chain. `unable`: it takes no
 * transactions. `trouble`: it may have taken it, or not.
 * `refused`: it will not take these bytes.
 */
export type SubmitVerdict =
  'known' | 'nonce used' | 'nonce taken' | 'full' | 'foreign' | 'unable' | 'trouble' | 'refused';

// JSON-RPC has no codes for this: the wordings of geth, Anvil, reth, Nethermind, Besu and Erigon.
const WORDINGS: readonly (readonly [SubmitVerdict, RegExp])[] = [
  ['known', /already (known|imported|exists|in (the )?(mem)?pool)|known transaction|AlreadyKnown|ALREADY_EXISTS/i],
  ['nonce taken', /replacement|underpriced to replace|could not replace|same nonce/i],
  ['nonce used', /nonce.*(too low|is low|below|already used|less than)|OldNonce|NONCE_TOO_LOW|nonce has already/i],
  ['foreign', /invalid chain.?id|chain.?id .*(mismatch|does not match)|WRONG_CHAIN|wrong chain/i],
  [
    'full',
    /pool is full|txpool.*(full|limit)|mempool.*full|too many .*transactions|FeeTooLow|account limit|in-flight transaction limit|exceeds? .*slots/i,
  ],
];

export function submitVerdict(error: RpcErrorObject): SubmitVerdict {
  const worded = WORDINGS.find(([, wording]) => wording.test(error.message));
  if (worded !== undefined) return worded[0];
  const refusal = refusalOf(error);
  if (refusal === 'throttled') return 'full';
  if (refusal === 'no such method') return 'unable';
  // Only words say trouble: -32603 stands for refusals, too, on some nodes, but those can be asked again.
  return refusal === 'trouble' ? 'trouble' : 'refused';
}
