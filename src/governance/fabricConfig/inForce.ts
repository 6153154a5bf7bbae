import { common } from '@hyperledger/fabric-protos';
import {
  configNode,
  membershipOf,
  MspReader,
  type ConfigNode,
  type Membership,
} from '../../ledgers/fabric/configuration.js';
import { inputProblem } from './problem.js';

/** A channel's configuration as updates are made for it and judged by it. */
export interface ConfigInForce {
  readonly channel: string;
  readonly sequence: number;
  readonly group: common.ConfigGroup;
  /** The same as plain maps. */
  readonly root: ConfigNode;
  readonly membership: Membership;
}

/** Opens a configuration, as cscc's GetChannelConfig gives it. Throws `INPUT_INVALID` where it is none. */
export function openConfig(channel: string, config: common.Config | Uint8Array): ConfigInForce {
  const opened = config instanceof Uint8Array ? decoded(() => common.Config.deserializeBinary(config)) : config;
  const group = opened.getChannelGroup();
  if (group === undefined) throw notConfig('a configuration without a channel group');
  return decoded(() => {
    const root = configNode(group);
    const membership = membershipOf(root, new MspReader());
    return { channel, sequence: opened.getSequence(), group, root, membership };
  });
}

/** Opens the configuration that a config block (a serialised `common.Block`) sets. Throws `INPUT_INVALID` where it sets none. */
export function openConfigBlock(bytes: Uint8Array): ConfigInForce {
  const { channel, config } = decoded(() => readBlock(bytes));
  if (config === undefined) throw notConfig('a block without a configuration');
  return openConfig(channel, config);
}

function readBlock(bytes: Uint8Array): { channel: string; config: common.Config | undefined } {
  const [data = new Uint8Array()] = common.Block.deserializeBinary(bytes).getData()?.getDataList_asU8() ?? [];
  const envelope = common.Envelope.deserializeBinary(data);
  const payload = common.Payload.deserializeBinary(envelope.getPayload_asU8());
  const header = common.ChannelHeader.deserializeBinary(
    payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array(),
  );
  const isConfig = header.getType() === common.HeaderType.CONFIG;
  const config = isConfig ? common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig() : undefined;
  return { channel: header.getChannelId(), config };
}

function decoded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw notConfig(error instanceof Error ? error.message : String(error));
  }
}

const notConfig = (got: string) =>
  inputProblem('This is no configuration of a channel', {
    got,
    expected: 'a serialised common.Config or config block',
    fix: 'Give the configuration as a peer of the channel gives it.',
  });
