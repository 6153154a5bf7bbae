import { peer } from '@hyperledger/fabric-protos';

const NAMES = new Map(Object.entries(peer.TxValidationCode).map(([name, code]) => [code as number, name]));

/** Fabric's name of a code in a peer's transactions filter. */
export const validationCodeName = (code: number): string => NAMES.get(code) ?? `UNKNOWN_${code}`;
