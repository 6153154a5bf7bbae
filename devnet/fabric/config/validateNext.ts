import { msp, type common } from '@hyperledger/fabric-protos';
import { entriesOf } from '../protoMap.js';
import type { Bundle } from './bundle.js';

/**
 * What Fabric refuses in a next configuration whatever the signatures: another consensus type, an organisation whose MSP
 * gets another id.
 * @throws {Error} in Fabric's words
 */
export function validateNext(current: Bundle, next: Bundle): void {
  const [from, to] = [current.orderer.consensus, next.orderer.consensus];
  if (from !== to) throw new Error(`attempted to change consensus type from ${from} to ${to}`);
  for (const [section, label] of [
    ['Orderer', 'orderer'],
    ['Application', 'application'],
  ] as const) {
    const before = mspIds(current.root, section);
    for (const [name, id] of mspIds(next.root, section)) {
      const known = before.get(name);
      if (known !== undefined && known !== id) {
        throw new Error(`${label} org ${name} attempted to change MSP ID from ${known} to ${id}`);
      }
    }
  }
}

function mspIds(root: common.ConfigGroup, section: string): ReadonlyMap<string, string> {
  const groups = root.getGroupsMap().get(section)?.getGroupsMap();
  return new Map(
    (groups === undefined ? [] : entriesOf(groups)).map(([name, group]) => {
      const value = group.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array();
      const config = msp.MSPConfig.deserializeBinary(value).getConfig_asU8();
      return [name, msp.FabricMSPConfig.deserializeBinary(config).getName()];
    }),
  );
}
