import { createRequire } from 'node:module';
import type { Contract } from 'fabric-contract-api';
import { Shim, type ChaincodeInterface } from 'fabric-shim';
import { CanonicalSerializer } from '../../chaincode/common/serializer.js';
import { ConsortiumContract } from '../../chaincode/consortium/contract.js';
import { GoodsContract } from '../../chaincode/goods/contract.js';
import { InvoicesContract } from '../../chaincode/invoices/contract.js';
import type { ChaincodeName, ServedChaincode } from './options.js';

type ContractClass = new () => Contract;

/** What fabric-chaincode-node itself makes of contract classes; the shim exports no public name for it. */
type ChaincodeFromContract = new (
  contracts: ContractClass[],
  serializers: { transaction: string; serializers: Record<string, unknown> },
  metadata: object,
  title: string,
  version: string,
) => ChaincodeInterface;

const VERSION = '1.0';
/** As large as a peer's own messages may be. */
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

/** Serves each chaincode at its own address as chaincode-as-a-service: peers connect, the shim's protocol does the rest. */
export async function serveChaincodes(chaincodes: readonly ServedChaincode[]): Promise<void> {
  await Promise.all(chaincodes.map(serve));
}

async function serve({ name, chaincodeId, address }: ServedChaincode): Promise<void> {
  const limits = {
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  };
  // The shim's type demands TLS properties; without them it serves in the clear, which loopback is for.
  const options = { ccid: chaincodeId, address, ...limits } as Parameters<typeof Shim.server>[1];
  await Shim.server(chaincodeOf(name), options).start();
}

/** The shim's view of a chaincode package: Init and Invoke over its contract. */
export function chaincodeOf(name: ChaincodeName): ChaincodeInterface {
  const FromContract = createRequire(import.meta.url)(
    'fabric-shim/lib/contract-spi/chaincodefromcontract',
  ) as ChaincodeFromContract;
  const serializers = { transaction: 'canonical', serializers: { canonical: CanonicalSerializer } };
  return new FromContract([contractClass(name)], serializers, {}, name, VERSION);
}

function contractClass(name: ChaincodeName): ContractClass {
  switch (name) {
    case 'consortium':
      return ConsortiumContract;
    case 'goods':
      return GoodsContract;
    case 'invoices':
      return InvoicesContract;
  }
}
