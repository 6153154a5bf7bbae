import { requireId, requireText } from '../common/checks.js';
import { MAX_MEMBERS, type Member, type Network } from './member.js';
import type { Act } from './proposal.js';

export interface NewNetwork {
  readonly networkId: string;
  readonly name: string;
  readonly description: string;
  /** JSON: `[{"mspId": "HarvestMSP", "name": "Harvest Co-op"}, …]` */
  readonly members: string;
}

/** The network and its founding members; the founder is one of them. */
export function found(
  input: NewNetwork,
  { by, at }: Act,
): { readonly network: Network; readonly members: readonly Member[] } {
  requireId('networkId', input.networkId);
  requireText('name', input.name, 1, 100);
  requireText('description', input.description, 0, 1_000);
  const members = parseMembers(input.members).map(({ mspId, name }): Member => ({
    mspId,
    name,
    status: 'ACTIVE',
    joinedAt: at,
  }));
  if (!members.some(({ mspId }) => mspId === by)) throw new Error(`The founder ${by} is not among the members`);
  const { networkId, name, description } = input;
  return { network: { networkId, name, description, createdBy: by, createdAt: at }, members };
}

function parseMembers(json: string): readonly Pick<Member, 'mspId' | 'name'>[] {
  requireText('members', json, 2, 50_000);
  const members = JSON.parse(json) as readonly Partial<Member>[];
  if (!Array.isArray(members) || members.length === 0 || members.length > MAX_MEMBERS) {
    throw new Error(`members is not a JSON list of 1 to ${MAX_MEMBERS} entries`);
  }
  const checked = members.map(({ mspId, name }) => {
    if (typeof mspId !== 'string' || typeof name !== 'string') throw new Error('A member lacks mspId or name');
    requireId('mspId', mspId);
    requireText('name', name, 1, 100);
    return { mspId, name };
  });
  if (new Set(checked.map(({ mspId }) => mspId)).size !== checked.length) throw new Error('members names one twice');
  return checked;
}
