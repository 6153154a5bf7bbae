import type { Contract } from '@hyperledger/fabric-gateway';
import { common, msp } from '@hyperledger/fabric-protos';
import { blockData, blockNumber } from '../../../devnet/fabric/peer/messages/block.js';
import { envelopeOf, unpackAction } from '../../../devnet/fabric/peer/messages/transaction.js';

/** A block as `qscc` gives it; the last one where no number is given. */
export async function blockOf(qscc: Contract, channel: string, number?: number): Promise<common.Block> {
  const info = common.BlockchainInfo.deserializeBinary(await qscc.evaluateTransaction('GetChainInfo', channel));
  const wanted = String(number ?? info.getHeight() - 1);
  return common.Block.deserializeBinary(await qscc.evaluateTransaction('GetBlockByNumber', channel, wanted));
}

export async function allBlocks(qscc: Contract, channel: string): Promise<common.Block[]> {
  const last = blockNumber(await blockOf(qscc, channel));
  return Promise.all(Array.from({ length: last + 1 }, (_, number) => blockOf(qscc, channel, number)));
}

export async function endorsersOfLastTransaction(qscc: Contract, channel: string): Promise<string[]> {
  const data = blockData(await blockOf(qscc, channel)).at(-1);
  if (data === undefined) throw new Error('the last block is empty');
  const { endorsements } = unpackAction(envelopeOf(data).payload.getData_asU8());
  return endorsements.map((endorsement) =>
    msp.SerializedIdentity.deserializeBinary(endorsement.getEndorser_asU8()).getMspid(),
  );
}
