import type { common, msp } from '@hyperledger/fabric-protos';
import { openMspConfig } from '../../../ledgers/fabric/configuration.js';
import { inputProblem, listed } from '../problem.js';
import { entriesOf } from '../update/groups.js';
import { valueOf } from './parts.js';

/** An organisation of a configuration. Its group's name may be another than its MSP id. */
export interface OrganizationPlace {
  readonly section: 'Application' | 'Orderer';
  readonly name: string;
  readonly mspId: string;
  readonly group: common.ConfigGroup;
  readonly msp: msp.FabricMSPConfig | null;
}

/** The organisations of one section. */
export function organizationsOf(root: common.ConfigGroup, section: OrganizationPlace['section']): OrganizationPlace[] {
  const groups = root.getGroupsMap().get(section)?.getGroupsMap();
  return (groups === undefined ? [] : entriesOf(groups)).map(([name, group]) => {
    const config = openMspConfig(valueOf(group, 'MSP'));
    return { section, name, mspId: config?.getName() ?? name, group, msp: config };
  });
}

/** The organisation of the application with that MSP id. Throws `INPUT_INVALID` where the channel has none. */
export function organizationIn(root: common.ConfigGroup, mspId: string): OrganizationPlace {
  const all = organizationsOf(root, 'Application');
  const found = all.find((place) => place.mspId === mspId);
  if (found !== undefined) return found;
  throw inputProblem('The channel has no such organisation', {
    got: mspId,
    expected: `one of ${listed(all.map((place) => place.mspId))}`,
    fix: 'Name an organisation of the channel by its MSP id.',
  });
}

/** The groups of a section, to be changed. Throws `INPUT_INVALID` where the channel has no such section. */
export function sectionIn(root: common.ConfigGroup, section: string): common.ConfigGroup {
  const group = root.getGroupsMap().get(section);
  if (group !== undefined) return group;
  throw inputProblem(`The channel has no ${section} group`, { fix: 'Choose a channel that has one.' });
}
