import { hash } from 'node:crypto';
import type { common } from '@hyperledger/fabric-protos';
import { derElement, derInteger } from './der.js';

const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;

/** What a block's hash and its orderers' signatures are over: DER of SEQUENCE{number, previous_hash, data_hash}. */
export function headerBytes(header: common.BlockHeader): Buffer {
  return derElement(
    SEQUENCE,
    derInteger(header.getNumber()),
    derElement(OCTET_STRING, header.getPreviousHash_asU8()),
    derElement(OCTET_STRING, header.getDataHash_asU8()),
  );
}

/** Plain hex. */
export const headerHash = (header: common.BlockHeader): string => hash('sha256', headerBytes(header), 'hex');

/** What a header's data hash must be: SHA-256 of the envelopes, one after the other. Plain hex. */
export const dataHash = (envelopes: readonly Uint8Array[]): string => hash('sha256', Buffer.concat(envelopes), 'hex');
