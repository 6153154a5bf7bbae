/** The chaincodes that this process can serve, by package name. */
export const CHAINCODE_NAMES = ['consortium', 'goods', 'invoices'] as const;

export type ChaincodeName = (typeof CHAINCODE_NAMES)[number];

/** One chaincode-as-a-service endpoint. */
export interface ServedChaincode {
  readonly name: ChaincodeName;
  /** Package id, as a peer knows the installed package (`label:sha256`). */
  readonly chaincodeId: string;
  /** `127.0.0.1:port` to listen on: the address in the package's connection.json, so never port 0. */
  readonly address: string;
}

export interface ChaincodeServiceOptions {
  readonly chaincodes: readonly ServedChaincode[];
}

/** Reads the service's options from JSON. Throws with what is wrong. */
export function parseOptions(json: string): ChaincodeServiceOptions {
  const { chaincodes } = JSON.parse(json) as Partial<ChaincodeServiceOptions>;
  if (!Array.isArray(chaincodes) || chaincodes.length === 0) {
    throw new Error('options.chaincodes is not a list of {name, chaincodeId, address}');
  }
  return { chaincodes: (chaincodes as readonly Partial<ServedChaincode>[]).map(checked) };
}

function checked({ name, chaincodeId, address }: Partial<ServedChaincode>): ServedChaincode {
  if (name === undefined || !CHAINCODE_NAMES.includes(name)) {
    throw new Error(`chaincode name is ${String(name)}, expected one of ${CHAINCODE_NAMES.join(', ')}`);
  }
  if (typeof chaincodeId !== 'string' || chaincodeId === '') throw new Error(`${name} has no chaincodeId`);
  if (typeof address !== 'string' || !/^(127\.0\.0\.1|localhost):[1-9]\d*$/.test(address)) {
    throw new Error(`${name} listens on ${String(address)}, expected a port of 127.0.0.1`);
  }
  return { name, chaincodeId, address };
}
