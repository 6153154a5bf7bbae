import type { ChannelConfig, ChannelOrganization, MembershipChange } from '../../../model/fabric.js';

/** What each organisation's standing became, by what it was before. */
export function membershipChanges(before: ChannelConfig | null, after: ChannelConfig): MembershipChange[] {
  return [
    ...standing('MEMBER', before?.organizations ?? [], after.organizations),
    ...standing('ORDERER', before?.ordererOrganizations ?? [], after.ordererOrganizations),
  ];
}

function standing(
  role: MembershipChange['role'],
  before: readonly ChannelOrganization[],
  after: readonly ChannelOrganization[],
): MembershipChange[] {
  const old = new Map(before.map((org) => [org.mspId, org]));
  const now = new Map(after.map((org) => [org.mspId, org]));
  const mspIds = [...new Set([...old.keys(), ...now.keys()])].sort();
  return mspIds.flatMap((mspId) => {
    const change = changeOf(old.get(mspId), now.get(mspId));
    return change === null ? [] : [{ mspId, role, change }];
  });
}

function changeOf(
  before: ChannelOrganization | undefined,
  after: ChannelOrganization | undefined,
): MembershipChange['change'] | null {
  if (before === undefined) return 'JOINED';
  if (after === undefined) return 'REMOVED';
  return identityOf(before) === identityOf(after) ? null : 'IDENTITY_CHANGED';
}

/** What decides whose certificates are the organisation's. */
function identityOf(org: ChannelOrganization): string {
  const certificates = [org.rootCertificates, org.intermediateCertificates, org.tlsRootCertificates];
  return JSON.stringify([
    certificates.map((list) => list.map((c) => c.fingerprint).sort()),
    org.revokedSerials,
    org.nodeOUs,
  ]);
}
