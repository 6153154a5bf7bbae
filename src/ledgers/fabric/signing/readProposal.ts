import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { plainText, type Meaning } from '../../../model/signing.js';
import { openCall } from './call.js';
import { exact, unreadable } from './exact.js';
import { openSignedHeader } from './headers.js';

const WHAT = 'peer.Proposal';

/** What the bytes of a chaincode proposal say, without any ledger. Errors: `INPUT_INVALID` where they are none, or hold what is not shown. */
export function readProposal(bytes: Uint8Array): Meaning {
  const proposal = exact(WHAT, peer.Proposal.deserializeBinary, bytes);
  const header = openSignedHeader(WHAT, proposal.getHeader_asU8());
  if (header.type !== common.HeaderType.ENDORSER_TRANSACTION || proposal.getExtension_asU8().length > 0)
    throw unreadable(WHAT, `a header of type ${header.type}`);
  const payload = exact(WHAT, peer.ChaincodeProposalPayload.deserializeBinary, proposal.getPayload_asU8());
  const call = openCall(WHAT, payload.getInput_asU8());
  const named = peer.ChaincodeHeaderExtension.deserializeBinary(header.extension).getChaincodeId()?.getName();
  if (named !== call.chaincode) throw unreadable(WHAT, `a header for “${plainText(named ?? '')}”`);
  const transient = [...payload.getTransientmapMap().getEntryList()].map(([name]) => plainText(name));
  return {
    lines: [
      `Ask for endorsement on channel “${plainText(header.channel)}”, as ${plainText(header.creator.mspId)}`,
      ...call.lines,
      ...(transient.length === 0 ? [] : [`Transient data, which no block will hold: ${transient.join(', ')}`]),
      `Transaction ${header.transactionId}, made at ${header.atMs === null ? 'no time' : new Date(header.atMs).toISOString()}`,
      'Nothing is submitted by this signature: the endorsed transaction is signed next.',
    ],
    digest: createHash('sha256').update(bytes).digest(),
    signer: header.creator,
    essentials: [...call.essentials, header.creator.mspId],
  };
}
