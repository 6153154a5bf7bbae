import { common } from '@hyperledger/fabric-protos';
import type { OrganizationMaterial } from '../ports.js';
import { emptyGroup, setCapability, setDefaultPolicies, setImplicitPolicy, setValue } from './elements.js';
import { ordererGroup, type BatchOptions, type OrdererMaterial } from './ordererGroup.js';
import { applicationOrganizationGroup } from './organizationGroup.js';

/** What a new channel is made of. */
export interface ChannelSpec extends BatchOptions {
  readonly name: string;
  readonly consensus: 'RAFT' | 'BFT';
  readonly organizations: readonly OrganizationMaterial[];
  /** One for RAFT, four for BFT. */
  readonly orderers: readonly OrdererMaterial[];
}

/** Fabric hashes the data of a block in one piece, whatever this says; it must be this. */
const HASHING_WIDTH = 4294967295;

/** The configuration tree of a new channel. */
export function channelGroup(spec: ChannelSpec): common.ConfigGroup {
  const group = emptyGroup();
  setDefaultPolicies(group);
  setCapability(group, spec.consensus === 'BFT' ? 'V3_0' : 'V2_0');
  const hashing = new common.HashingAlgorithm();
  hashing.setName('SHA256');
  setValue(group, 'HashingAlgorithm', hashing);
  const structure = new common.BlockDataHashingStructure();
  structure.setWidth(HASHING_WIDTH);
  setValue(group, 'BlockDataHashingStructure', structure);
  group.getGroupsMap().set('Orderer', ordererGroup(spec.consensus, spec.orderers, spec));
  group.getGroupsMap().set('Application', applicationGroup(spec.organizations));
  return group;
}

function applicationGroup(organizations: readonly OrganizationMaterial[]): common.ConfigGroup {
  const group = emptyGroup();
  setDefaultPolicies(group);
  setImplicitPolicy(group, 'Endorsement', 'MAJORITY');
  setImplicitPolicy(group, 'LifecycleEndorsement', 'MAJORITY', 'Endorsement');
  setCapability(group, 'V2_5');
  for (const organization of organizations) {
    group.getGroupsMap().set(organization.mspId, applicationOrganizationGroup(organization));
  }
  return group;
}
