import { requireId, requireText } from '../common/checks.js';
import { Fields, parseJson } from '../common/json.js';
import { noChanges, type Changes } from './changes.js';
import { MAX_MEMBERS, type Member, type Network } from './member.js';
import type { Act } from './proposal.js';
import type { VotingPolicy } from './votingPolicy.js';

export interface NewNetwork {
  readonly networkId: string;
  readonly name: string;
  readonly description: string;
  /** JSON: `[{"mspId": "HarvestMSP", "name": "Harvest Co-op"}, …]` */
  readonly members: string;
  readonly policy: VotingPolicy;
}

export type Founded = Changes & { readonly network: Network };

/** The network and its founding members; the founder is one of them. */
export function found(input: NewNetwork, { by, at }: Act): Founded {
  requireId('networkId', input.networkId);
  requireText('name', input.name, 1, 100);
  requireText('description', input.description, 0, 1_000);
  const members = parseMembers(input.members).map(({ mspId, name }): Member => ({
    mspId,
    name,
    status: 'ACTIVE',
    joinedAt: at,
    accounts: [],
  }));
  requireFounder(by, members);
  const { networkId, name, description, policy } = input;
  const network: Network = { networkId, name, description, createdBy: by, createdAt: at };
  return { ...noChanges(), network, votingPolicy: policy, members };
}

/** Throws unless the caller is one of the members, and each is named once. */
export function requireFounder(by: string, members: readonly Member[]): void {
  const named = new Set<string>();
  for (const { mspId } of members) {
    if (named.has(mspId)) throw new Error(`members names one twice: ${mspId}`);
    named.add(mspId);
  }
  if (!members.some(({ mspId, status }) => mspId === by && status === 'ACTIVE')) {
    throw new Error(`The founder ${by} is not among the members`);
  }
}

function parseMembers(json: string): readonly Pick<Member, 'mspId' | 'name'>[] {
  const members = parseJson('members', json, 50_000);
  if (!Array.isArray(members) || members.length === 0 || members.length > MAX_MEMBERS) {
    throw new Error(`members is not a JSON list of 1 to ${MAX_MEMBERS} entries`);
  }
  return members.map((member, index) => {
    const fields = new Fields(`members[${index}]`, member).only('mspId', 'name');
    const mspId = fields.text('mspId', 1, 64);
    requireId(`members[${index}].mspId`, mspId);
    return { mspId, name: fields.text('name', 1, 100) };
  });
}
