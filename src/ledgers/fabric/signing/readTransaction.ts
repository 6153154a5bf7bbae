import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import type { FabricTransactionDetail } from '../../../model/fabric.js';
import { plainText, type Meaning } from '../../../model/signing.js';
import { BlockOpener } from '../decoding/opened.js';
import { Identities } from '../identities/identity.js';
import { inspect } from '../live/inspect.js';
import { openCall } from './call.js';
import { exact, shownBytes, unreadable } from './exact.js';
import { openSignedHeader } from './headers.js';

const WHAT = 'common.Payload of an endorsed transaction';
const MAX_LINES = 200;

/** What an endorsed transaction says that is to be submitted: the call, who endorsed it, what it writes. Errors: `INPUT_INVALID`. */
export function readTransaction(bytes: Uint8Array): Meaning {
  const payload = exact(WHAT, common.Payload.deserializeBinary, bytes);
  const header = openSignedHeader(WHAT, payload.getHeader()?.serializeBinary() ?? new Uint8Array(0));
  if (header.type !== common.HeaderType.ENDORSER_TRANSACTION) throw unreadable(WHAT, `a header of type ${header.type}`);
  const call = openCall(WHAT, inputOf(payload.getData_asU8()));
  const detail = detailOf(bytes, header.channel);
  const answer = Buffer.from(detail.response?.payload ?? '', 'base64');
  return {
    lines: [
      `Submit to channel “${plainText(header.channel)}”, as ${plainText(header.creator.mspId)}`,
      ...call.lines,
      ...detail.endorsements.map(
        (one) => `Endorsed by ${plainText(one.mspId)} (${plainText(one.subject ?? 'nobody')})`,
      ),
      `Answer: ${answer.length === 0 ? 'nothing' : shownBytes(answer)}`,
      ...bounded(effects(detail)),
      `Transaction ${header.transactionId}`,
    ],
    digest: createHash('sha256').update(bytes).digest(),
    signer: header.creator,
    essentials: [...call.essentials, header.creator.mspId],
  };
}

function inputOf(data: Uint8Array): Uint8Array {
  const transaction = exact(WHAT, peer.Transaction.deserializeBinary, data);
  const [action, ...more] = transaction.getActionsList();
  if (action === undefined || more.length > 0) throw unreadable(WHAT, `${more.length + 1} actions`);
  const called = exact(WHAT, peer.ChaincodeActionPayload.deserializeBinary, action.getPayload_asU8());
  const proposed = called.getChaincodeProposalPayload_asU8();
  return exact(WHAT, peer.ChaincodeProposalPayload.deserializeBinary, proposed).getInput_asU8();
}

function detailOf(bytes: Uint8Array, channel: string): FabricTransactionDetail {
  const { detail } = inspect(bytes, channel, new BlockOpener(new Identities()));
  if (detail.undecodable !== null) throw unreadable(WHAT, detail.undecodable);
  return detail;
}

function effects({ writes, privateWrites }: FabricTransactionDetail): string[] {
  return [
    ...writes.map(({ namespace, key, value, isDelete }) => {
      const name = `“${plainText(key)}” of ${plainText(namespace)}`;
      return isDelete ? `Deletes ${name}` : `Writes ${name}: ${shownBytes(Buffer.from(value ?? '', 'base64'))}`;
    }),
    ...privateWrites.map(
      ({ namespace, collection }) => `Writes a private key of ${plainText(namespace)}/${plainText(collection)}`,
    ),
  ];
}

const bounded = (lines: readonly string[]): readonly string[] =>
  lines.length <= MAX_LINES ? lines : [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more writes`];
