import type { common } from '@hyperledger/fabric-protos';
import { inputProblem } from '../problem.js';
import type { OrganizationDefinition } from './action.js';
import { anchorPeersValue } from './endpoints.js';
import { mspValue } from './mspValue.js';
import { organizationGroup } from './organizationGroup.js';
import { organizationIn, organizationsOf, sectionIn } from './organizations.js';
import { setValue, valueOf } from './parts.js';
import type { HostPort } from '../../../model/fabric.js';

/** Each of these changes the tree that it is given. Throw `INPUT_INVALID`. */

export function addOrganization(root: common.ConfigGroup, definition: OrganizationDefinition, atMs: number): void {
  const { mspId } = definition;
  const present = organizationsOf(root, 'Application').find((place) => place.mspId === mspId || place.name === mspId);
  if (present !== undefined)
    throw inputProblem('The organisation is on the channel already', {
      got: mspId,
      expected: 'an organisation that is not',
      fix: 'Use updateOrganization for its certificates, setAnchorPeers for its anchor peers.',
    });
  const group = organizationGroup(definition, atMs);
  checkOrderer(root, mspId, valueOf(group, 'MSP'));
  sectionIn(root, 'Application').getGroupsMap().set(mspId, group);
}

export function removeOrganization(root: common.ConfigGroup, mspId: string): void {
  const { name } = organizationIn(root, mspId);
  const groups = sectionIn(root, 'Application').getGroupsMap();
  if (groups.getLength() === 1)
    throw inputProblem('The channel would have no organisation left', {
      got: mspId,
      fix: 'Leave at least one organisation on the channel.',
    });
  groups.del(name);
}

/** New certificates, wherever the organisation stands: Fabric takes no two definitions of one MSP. */
export function updateOrganization(root: common.ConfigGroup, definition: OrganizationDefinition, atMs: number): void {
  const { mspId, anchorPeers } = definition;
  const place = organizationIn(root, mspId);
  const orderers = organizationsOf(root, 'Orderer').filter((other) => other.mspId === mspId);
  const value = mspValue(definition, place.msp, atMs);
  for (const { group } of [place, ...orderers]) setValue(group, 'MSP', value);
  if (anchorPeers !== null) putAnchorPeers(place.group, anchorPeers);
}

export function setAnchorPeers(root: common.ConfigGroup, mspId: string, anchorPeers: readonly HostPort[]): void {
  putAnchorPeers(organizationIn(root, mspId).group, anchorPeers);
}

function putAnchorPeers(group: common.ConfigGroup, anchorPeers: readonly HostPort[]): void {
  if (anchorPeers.length === 0) group.getValuesMap().del('AnchorPeers');
  else setValue(group, 'AnchorPeers', anchorPeersValue(anchorPeers));
}

function checkOrderer(root: common.ConfigGroup, mspId: string, value: Uint8Array): void {
  const orderer = organizationsOf(root, 'Orderer').find((place) => place.mspId === mspId);
  if (orderer === undefined || Buffer.from(valueOf(orderer.group, 'MSP')).equals(value)) return;
  throw inputProblem('The organisation orders the channel with another MSP definition, and Fabric takes one of each', {
    got: mspId,
    expected: 'the certificates that it has as an ordering organisation',
    fix: 'Give the same certificates in the same order.',
  });
}
