import type { ChannelConfig, MembershipChange } from '../../../model/fabric.js';
import type { ElementChange } from './changes.js';

const MAX_PHRASES = 6;

/** What a config block does, in words: `adds Org3MSP`, `sets anchor peers of Org1MSP`. */
export function configSummary(
  config: ChannelConfig,
  first: boolean,
  changes: readonly ElementChange[],
  memberships: readonly MembershipChange[],
): string {
  if (first) return `creates the channel with ${list(config.organizations.map((org) => org.mspId))}`;
  const told = changes.flatMap((change) => phrase(config, memberships, change));
  const phrases = [...new Set([...memberships.map(membershipPhrase), ...told])];
  if (phrases.length === 0) return 'changes nothing';
  const shown = phrases.slice(0, MAX_PHRASES);
  const rest = phrases.length - shown.length;
  return rest === 0 ? list(shown) : `${shown.join(', ')} and ${rest} more`;
}

function membershipPhrase({ mspId, role, change }: MembershipChange): string {
  const who = role === 'ORDERER' ? `ordering organisation ${mspId}` : mspId;
  switch (change) {
    case 'JOINED':
      return `adds ${who}`;
    case 'REMOVED':
      return `removes ${who}`;
    case 'IDENTITY_CHANGED':
      return `changes the certificates of ${who}`;
    case 'ROLE_CHANGED':
      return `changes the role of ${who}`;
  }
}

const VALUES: ReadonlyMap<string, string> = new Map([
  ['BatchSize', 'batch size'],
  ['BatchTimeout', 'batch timeout'],
  ['Capabilities', 'capabilities'],
  ['ConsensusType', 'consensus'],
  ['Orderers', 'consenters'],
  ['ACLs', 'access control lists'],
  ['OrdererAddresses', 'orderer addresses'],
  ['Endpoints', 'orderer endpoints'],
  ['AnchorPeers', 'anchor peers'],
  ['MSP', 'MSP'],
]);

/** None where the change is an organisation's coming or going or its certificates: the membership says it. */
function phrase(config: ChannelConfig, memberships: readonly MembershipChange[], change: ElementChange): string[] {
  const [, group = '', name] = change.path.split('/').slice(2);
  const owner = mspIdOf(config, group);
  const told = memberships.some((membership) => membership.mspId === owner);
  if (told && (change.element === 'group' || name === 'MSP')) return [];
  switch (change.element) {
    case 'group':
      return [`${verb(change)} group ${change.path}`];
    case 'value':
      return [`${verb(change)} ${valueName(change.path)}${name === undefined ? '' : ` of ${owner}`}`];
    case 'policy':
      return [`${verb(change)} policy ${change.path}`];
    case 'modPolicy':
      return [`changes who may modify ${change.path.slice(0, -'/mod_policy'.length)}`];
  }
}

function valueName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return VALUES.get(name) ?? name;
}

function verb(change: ElementChange): string {
  // Anchor peers, endpoints and the like are set for the first time by an update of their own.
  return { ADDED: 'sets', CHANGED: 'changes', REMOVED: 'removes' }[change.kind];
}

function mspIdOf(config: ChannelConfig, groupName: string): string {
  const all = [...config.organizations, ...config.ordererOrganizations];
  return all.find((org) => org.groupName === groupName)?.mspId ?? groupName;
}

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
