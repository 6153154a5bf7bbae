import { common, orderer } from '@hyperledger/fabric-protos';

/** What the orderer group says about ordering. */
export interface OrdererSettings {
  readonly consensus: 'etcdraft' | 'BFT';
  readonly maxMessageCount: number;
  readonly preferredMaxBytes: number;
  readonly absoluteMaxBytes: number;
  readonly batchTimeoutMs: number;
  /** BFT only: who may sign blocks, by identifier. */
  readonly consenters: readonly common.Consenter[];
  readonly maintenance: boolean;
}

/** @throws {Error} where the channel has no orderer group or one without its values */
export function ordererSettings(root: common.ConfigGroup): OrdererSettings {
  const group = root.getGroupsMap().get('Orderer');
  if (group === undefined) throw new Error('channel has no orderer group');
  const consensus = orderer.ConsensusType.deserializeBinary(valueOf(group, 'ConsensusType'));
  const size = orderer.BatchSize.deserializeBinary(valueOf(group, 'BatchSize'));
  const type = consensus.getType();
  if (type !== 'BFT' && type !== 'etcdraft') throw new Error(`unknown consensus type ${type}`);
  return {
    consensus: type,
    maxMessageCount: size.getMaxMessageCount(),
    preferredMaxBytes: size.getPreferredMaxBytes(),
    absoluteMaxBytes: size.getAbsoluteMaxBytes(),
    batchTimeoutMs: batchInterval(type, group, consensus),
    consenters:
      type === 'BFT' ? common.Orderers.deserializeBinary(valueOf(group, 'Orderers')).getConsenterMappingList() : [],
    maintenance: consensus.getState() === orderer.ConsensusType.State.STATE_MAINTENANCE,
  };
}

/** BFT waits by its own interval, Raft by BatchTimeout. */
function batchInterval(type: 'BFT' | 'etcdraft', group: common.ConfigGroup, consensus: orderer.ConsensusType): number {
  if (type === 'etcdraft') {
    return durationMs(orderer.BatchTimeout.deserializeBinary(valueOf(group, 'BatchTimeout')).getTimeout());
  }
  const options = orderer.smartbft.Options.deserializeBinary(consensus.getMetadata_asU8());
  return durationMs(options.getRequestBatchMaxInterval());
}

function valueOf(group: common.ConfigGroup, name: string): Uint8Array {
  const value = group.getValuesMap().get(name);
  if (value === undefined) throw new Error(`orderer group has no value ${name}`);
  return value.getValue_asU8();
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** A duration as Go writes it (`1m30s`, `400ms`), in milliseconds. @throws {Error} where it is none */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new Error(`Got: ${text}. Expected: a duration such as 400ms or 1m30s.`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0);
}
