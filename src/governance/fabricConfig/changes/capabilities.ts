import { common, orderer } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import { sectionIn } from './organizations.js';
import { setValue, valueOf } from './parts.js';

/** What Fabric's nodes know: one that meets another stops. */
const KNOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['channel', ['V1_1', 'V1_3', 'V1_4_2', 'V1_4_3', 'V2_0', 'V3_0']],
  ['orderer', ['V1_1', 'V1_4_2', 'V2_0']],
  ['application', ['V1_1', 'V1_2', 'V1_3', 'V1_4_2', 'V2_0', 'V2_5']],
]);

/** Sets what the nodes of a channel must be capable of. `group`: `Channel`, `Orderer`, `Application`, or its path. Throws `INPUT_INVALID`. */
export function setCapabilities(root: common.ConfigGroup, group: string, capabilities: readonly string[]): void {
  const name = group
    .replace(/^\/Channel\//i, '')
    .replace(/^\//, '')
    .toLowerCase();
  const known = KNOWN.get(name);
  if (known === undefined)
    throw bad('There is no such group of capabilities', group, 'Channel, Orderer or Application');
  const unknown = capabilities.find((capability) => !known.includes(capability));
  if (unknown !== undefined || capabilities.length === 0)
    throw bad(`The capabilities are none that nodes know for ${group}`, unknown ?? 'none', `of ${known.join(', ')}`);
  if (name === 'channel') checkConsensus(root, capabilities);
  const value = new common.Capabilities();
  for (const capability of capabilities) value.getCapabilitiesMap().set(capability, new common.Capability());
  const target = name === 'channel' ? root : sectionIn(root, name === 'orderer' ? 'Orderer' : 'Application');
  setValue(target, 'Capabilities', value.serializeBinary());
}

/** BFT ordering came with V3_0. */
function checkConsensus(root: common.ConfigGroup, capabilities: readonly string[]): void {
  const type = orderer.ConsensusType.deserializeBinary(valueOf(sectionIn(root, 'Orderer'), 'ConsensusType')).getType();
  if (type === 'BFT' && !capabilities.includes('V3_0'))
    throw bad('A channel with BFT ordering needs the capability V3_0', capabilities.join(', '), 'V3_0');
}

const bad = (what: string, got: string, expected: string) =>
  inputProblem(what, { got, expected, fix: 'Name capabilities that every node of the channel has.' });
