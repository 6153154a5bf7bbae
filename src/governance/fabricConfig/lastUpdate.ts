import { common, msp } from '@hyperledger/fabric-protos';

/** The update that a CONFIG block carries out, as it was submitted. */
export interface LastUpdate {
  /** The exact bytes that signatures cover. */
  readonly update: Uint8Array;
  /** Serialised `common.ConfigSignature`s. */
  readonly signatures: readonly Uint8Array[];
  /** MSP id of whoever submitted it; null where it names none. */
  readonly submitter: string | null;
}

/** Null for a genesis block, which carries no update out. Throws where the block holds no configuration. */
export function lastUpdate(block: Uint8Array): LastUpdate | null {
  const [data = new Uint8Array()] = common.Block.deserializeBinary(block).getData()?.getDataList_asU8() ?? [];
  const outer = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(data).getPayload_asU8());
  const submitted = common.ConfigEnvelope.deserializeBinary(outer.getData_asU8()).getLastUpdate();
  if (submitted === undefined || submitted.getPayload_asU8().length === 0) return null;
  const payload = common.Payload.deserializeBinary(submitted.getPayload_asU8());
  const collected = common.ConfigUpdateEnvelope.deserializeBinary(payload.getData_asU8());
  const header = payload.getHeader()?.getSignatureHeader_asU8() ?? new Uint8Array();
  return {
    update: collected.getConfigUpdate_asU8(),
    signatures: collected.getSignaturesList().map((one) => one.serializeBinary()),
    submitter: creatorOf(header),
  };
}

/** The MSP id that a serialised `common.ConfigSignature` names; empty where it names none. */
export const signerOf = (bytes: Uint8Array): string =>
  creatorOf(common.ConfigSignature.deserializeBinary(bytes).getSignatureHeader_asU8()) ?? '';

function creatorOf(header: Uint8Array): string | null {
  const creator = common.SignatureHeader.deserializeBinary(header).getCreator_asU8();
  const mspId = msp.SerializedIdentity.deserializeBinary(creator).getMspid();
  return mspId === '' ? null : mspId;
}
