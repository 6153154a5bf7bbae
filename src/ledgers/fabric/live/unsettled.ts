import { ParleyError } from '../../../errors/index.js';
import { pause } from '../../../lib/pause.js';

/**
 * What peers say while they are not all at one block, or have not told each other yet what they run: for a moment after any block, and for
 * a second or more after a chaincode's definition changed. See `plan.processEndorsement` of Fabric's gateway, `CachedChaincodeInfo` of its
 * lifecycle, and `PeersForEndorsement` of its discovery.
 */
const UNSETTLED =
  /ProposalResponsePayloads do not match|chaincode definition for '[^']*' changed during invoke|required chaincodes are not installed on sufficient peers/;
const PAUSES_MS = [50, 150, 400, 900, 1_500];

/**
 * Has a proposal endorsed again where the peers only were not at one yet: nothing was ordered, so the same one may be. Who never agree (a
 * chaincode that answers by chance) are asked six times, in 3 s. Errors: the last refusal.
 */
export async function untilSettled<T>(signal: AbortSignal, endorse: () => Promise<T>): Promise<T> {
  for (const ms of PAUSES_MS) {
    try {
      return await endorse();
    } catch (error) {
      if (signal.aborted || !isUnsettled(error)) throw error;
    }
    await pause(ms, signal);
  }
  return endorse();
}

/** As `endorse` tells it: in `got`, with each peer's words. */
const isUnsettled = (error: unknown): boolean =>
  error instanceof ParleyError && error.code === 'ENDORSEMENT_FAILED' && UNSETTLED.test(String(error.got));
