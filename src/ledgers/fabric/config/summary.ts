import type { ChannelConfig, MembershipChange } from '../../../model/fabric.js';
import type { ElementChange } from './changes.js';

const MAX_PHRASES = 6;

/** What a config block does, in words: `adds Org3MSP`, `sets anchor peers of Org1MSP`. */
export function configSummary(
  before: ChannelConfig | null,
  config: ChannelConfig,
  changes: readonly ElementChange[],
  memberships: readonly MembershipChange[],
): string {
  if (before === null) return `creates the channel with ${list(config.organizations.map((org) => org.mspId))}`;
  const mspIds = new Map([before, config].flatMap(groupNames));
  const told = changes.flatMap((change) => phrase(mspIds, memberships, change));
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
function phrase(
  mspIds: ReadonlyMap<string, string>,
  memberships: readonly MembershipChange[],
  change: ElementChange,
): string[] {
  const [, group = '', name] = change.path.split('/').slice(2);
  const owner = mspIds.get(group) ?? group;
  const told = memberships.some((membership) => membership.mspId === owner);
  if (told && (change.element === 'group' || name === 'MSP')) return [];
  switch (change.element) {
    case 'group':
      return [`${verb(change)} group ${change.path}`];
    case 'value':
      return [`${verb(change)} ${valueName(change.path)}${ofOwner(name, owner)}`];
    case 'policy':
      return [`${verb(change)} policy ${change.path}`];
    case 'modPolicy':
      return [`changes who may modify ${change.path.slice(0, -'/mod_policy'.length)}`];
  }
}

const ofOwner = (name: string | undefined, owner: string): string => (name === undefined ? '' : ` of ${owner}`);

function valueName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return VALUES.get(name) ?? name;
}

function verb(change: ElementChange): string {
  // Anchor peers, endpoints and the like are set for the first time by an update of their own.
  return { ADDED: 'sets', CHANGED: 'changes', REMOVED: 'removes' }[change.kind];
}

const groupNames = (config: ChannelConfig): (readonly [string, string])[] =>
  [...config.organizations, ...config.ordererOrganizations].map((org) => [org.groupName, org.mspId]);

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
