import { readAnswer } from '../../governance/consortium/index.js';
import { readConfigSignature, readUpdatePayload } from '../../governance/fabricConfig/index.js';
import { readBallot, readUnsigned } from '../../ledgers/ethereum/index.js';
import { readProposal, readTransaction } from '../../ledgers/fabric/index.js';
import type { Meaning } from '../../model/signing.js';
import type { RequestFile } from './request.js';

/** What the bytes say themselves, read as the stage's form. Errors: `INPUT_INVALID` where they have another form or cannot be shown. */
export function meaningOf({ stage, bytes, identity }: RequestFile, abi: readonly unknown[]): Meaning {
  switch (stage) {
    case 'FABRIC_PROPOSAL':
      return readProposal(bytes);
    case 'FABRIC_TRANSACTION':
      return readTransaction(bytes);
    case 'FABRIC_CONFIG_UPDATE':
      return readConfigSignature(bytes);
    case 'FABRIC_ENVELOPE':
      return readUpdatePayload(bytes);
    case 'ACCEPTANCE':
      return readAnswer(bytes, 'address' in identity);
    case 'BALLOT':
      return readBallot(bytes);
    case 'EVM_TRANSACTION':
      return readUnsigned(bytes, abi);
  }
}
