import type { common } from '@hyperledger/fabric-protos';
import type { Bundle } from '../../config/bundle.js';
import { configMap } from '../../config/configMap.js';
import { proposeConfigUpdate } from '../../config/proposeUpdate.js';

/**
 * True where a CONFIG transaction is the next configuration: its last update, judged again against the configuration in force,
 * gives the same elements.
 */
export function isNextConfig(bundle: Bundle, envelope: common.ConfigEnvelope): boolean {
  const config = envelope.getConfig();
  const update = envelope.getLastUpdate();
  if (config === undefined || update === undefined || config.getSequence() !== bundle.sequence + 1) return false;
  try {
    const proposed = proposeConfigUpdate(bundle, update).getConfig();
    return proposed !== undefined && sameElements(proposed, config);
  } catch {
    // An update that does not authorise makes the transaction invalid; the reason was told to whoever broadcast it.
    return false;
  }
}

function sameElements(a: common.Config, b: common.Config): boolean {
  const left = configMap(a.getChannelGroup());
  const right = configMap(b.getChannelGroup());
  if (left.size !== right.size) return false;
  return [...left].every(([key, { kind, message }]) => {
    const other = right.get(key)?.message;
    if (other === undefined || other.getVersion() !== message.getVersion()) return false;
    // A group is its members, and those are elements of their own.
    return kind === 'Group' || Buffer.compare(other.serializeBinary(), message.serializeBinary()) === 0;
  });
}
