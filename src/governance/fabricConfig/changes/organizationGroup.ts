import type { common } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import type { OrganizationDefinition } from './action.js';
import { anchorPeersValue } from './endpoints.js';
import { mspValue } from './mspValue.js';
import { newGroup, setPolicyRule, setValue } from './parts.js';

const MSP_ID = /^(?!\.{1,2}$)[A-Za-z0-9.-]{1,249}$/;

/**
 * The group of an organisation of the application as configtxgen writes it: its MSP, its policies Readers, Writers, Admins and
 * Endorsement, its anchor peers where it has any. Without NodeOUs Fabric cannot tell peers from clients: any member then reads, writes
 * and endorses. Throws `INPUT_INVALID`.
 */
export function organizationGroup(definition: OrganizationDefinition, atMs: number): common.ConfigGroup {
  const { mspId, nodeOUs, anchorPeers } = definition;
  if (!MSP_ID.test(mspId))
    throw inputProblem('The MSP id is none that Fabric takes', {
      got: mspId,
      expected: 'letters, digits, "." and "-", at most 249 of them',
      fix: 'Give the id that the organisation’s certificates are used with.',
    });
  const group = newGroup();
  setValue(group, 'MSP', mspValue(definition, null, atMs));
  const anyOf = (...roles: readonly string[]): string => `OR(${roles.map((role) => `'${mspId}.${role}'`).join(',')})`;
  setPolicyRule(group, 'Readers', nodeOUs ? anyOf('admin', 'peer', 'client') : anyOf('member'));
  setPolicyRule(group, 'Writers', nodeOUs ? anyOf('admin', 'client') : anyOf('member'));
  setPolicyRule(group, 'Admins', anyOf('admin'));
  setPolicyRule(group, 'Endorsement', nodeOUs ? anyOf('peer') : anyOf('member'));
  if (anchorPeers !== null && anchorPeers.length > 0) setValue(group, 'AnchorPeers', anchorPeersValue(anchorPeers));
  return group;
}
