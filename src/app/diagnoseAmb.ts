import type { AmbConfig } from '../config/index.js';
import { createAmbClient, readSnapshot, type AmbSnapshot } from '../governance/amb/index.js';
import type { Finding } from './diagnose.js';

type Found = Omit<Finding, 'subject'>;

/** Reads a network whole, as its reader does. Errors: those of `readSnapshot`. */
export async function checkNetwork(
  { region, endpoint, actingMembers }: AmbConfig,
  network: string,
): Promise<readonly Found[]> {
  const client = createAmbClient({ region, endpoint });
  try {
    const snapshot = await readSnapshot(client, network);
    return [{ kind: 'ok', text: told(snapshot), fix: null }, ...actingMembers.flatMap((id) => acting(snapshot, id))];
  } finally {
    client.destroy();
  }
}

const told = ({ network, members, proposals, nodes }: AmbSnapshot): string =>
  `${network.Name ?? 'the network'} may be read: ${members.length} members, ${proposals.length} proposals, ${nodes.length} nodes of one's own`;

/** A member of another network in the same list is looked for there. */
function acting({ members }: AmbSnapshot, id: string): readonly Found[] {
  const member = members.find(({ Id }) => Id === id);
  if (member === undefined) return [];
  if (member.IsOwned === false)
    return [
      {
        kind: 'problem',
        text: `the account of the credentials does not own ${id} (${member.Name ?? ''}), and cannot act for it`,
        fix: 'Take it out of `actingMembers`, or use the credentials of its account.',
      },
    ];
  if (member.Status === 'DELETED')
    return [{ kind: 'warning', text: `${id} is no member any more`, fix: 'Take it out of `actingMembers`.' }];
  return [{ kind: 'ok', text: `${id} (${member.Name ?? ''}) may be acted for`, fix: null }];
}
