import { requireOneOf } from '../common/checks.js';
import { parseFields, type Fields } from '../common/json.js';
import { policyOf } from './action.js';
import { noChanges, type Changes } from './changes.js';
import { requireFounder, type Founded } from './founding.js';
import { HISTORY, idOf, importHistory, optionalInstant } from './history.js';
import { MAX_MEMBERS, type Member, type Network } from './member.js';
import type { Act } from './proposal.js';
import type { VotingPolicy } from './votingPolicy.js';

/** A page stands in its transaction as argument, as state and as event, and clients take messages of four megabytes by default. */
const MAX_PAGE_CHARACTERS = 500_000;

/**
 * Founds a network from what another place exported. `json`: {version: 1, source, network: {networkId, name, description?},
 * votingPolicy: {threshold, comparator, durationHours}, members: [{mspId, name, status?, joinedAt?, removedAt?, nativeId?}],
 * proposals?, votes?, invitations?, complete?}. The caller is among the active members. Unless `complete` is false, this is all.
 */
export function importNetwork(json: string, act: Act): Founded {
  const fields = parseFields('state', json, MAX_PAGE_CHARACTERS).only(
    ...['version', 'source', 'network', 'votingPolicy', 'members', 'complete', ...HISTORY],
  );
  fields.integer('version', 1, 1);
  const votingPolicy = policyOf(fields.object('votingPolicy').only('threshold', 'comparator', 'durationHours'));
  const members = fields.objects('members', 2 * MAX_MEMBERS).map((member) => importMember(member, act.at));
  requireFounder(act.by, members);
  const active = members.filter(({ status }) => status === 'ACTIVE').length;
  if (active > MAX_MEMBERS) throw new Error(`state.members has ${active} active ones, expected at most ${MAX_MEMBERS}`);
  const described = fields.object('network').only('networkId', 'name', 'description');
  const network: Network = {
    networkId: idOf(described, 'networkId'),
    name: described.text('name', 1, 100),
    description: described.optionalText('description', 0, 1_000) ?? '',
    createdBy: act.by,
    createdAt: act.at,
    source: fields.text('source', 1, 200),
    imported: true,
    ...(fields.flag('complete', true) ? {} : { importing: act.by }),
  };
  const history = importHistory(fields, { policy: votingPolicy, members, at: act.at });
  return { ...noChanges(), ...history, network, votingPolicy, members };
}

/** What is so before a page. */
export interface Imported {
  readonly network: Network;
  readonly policy: VotingPolicy;
  readonly members: readonly Member[];
}

/** A further page of history: {proposals?, votes?, invitations?, complete?}. `complete` ends it. */
export function importPage(json: string, { network, policy, members }: Imported, { by, at }: Act): Changes {
  if (network.importing === undefined) throw new Error(`The history of ${network.networkId} is complete`);
  if (network.importing !== by) {
    throw new Error(`The history of ${network.networkId} is brought in by ${network.importing}, not by ${by}`);
  }
  const fields = parseFields('page', json, MAX_PAGE_CHARACTERS).only('complete', ...HISTORY);
  const history = { ...noChanges(), ...importHistory(fields, { policy, members, at }) };
  return fields.flag('complete', false) ? { ...history, network: { ...network, importing: undefined } } : history;
}

function importMember(fields: Fields, at: string): Member {
  fields.only('mspId', 'name', 'status', 'joinedAt', 'removedAt', 'nativeId');
  const status = fields.optionalText('status', 1, 20) ?? 'ACTIVE';
  requireOneOf('member.status', status, ['ACTIVE', 'REMOVED']);
  return {
    mspId: idOf(fields, 'mspId'),
    name: fields.text('name', 1, 100),
    status,
    joinedAt: optionalInstant(fields, 'joinedAt') ?? at,
    accounts: [],
    ...(status === 'REMOVED' ? { removedAt: optionalInstant(fields, 'removedAt') ?? at } : {}),
    ...(fields.has('nativeId') ? { nativeId: fields.text('nativeId', 1, 100) } : {}),
    imported: true,
  };
}
