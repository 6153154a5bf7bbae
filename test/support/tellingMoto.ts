import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { startMoto, type Moto } from './moto.js';

// A door before moto's server that tells of proposals and invitations what AWS does and moto keeps to itself: who proposed what, by moto's
// own records (`/moto-api/data.json`); the votes of the one proposal asked for; and moments, as the door saw things come about. All else,
// and every write, is moto's.

type Told = Record<string, unknown>;
interface KeptProposal {
  readonly proposal_id: string;
  readonly memberid: string;
  readonly membername: string;
  readonly actions: unknown;
  readonly network_expiration: number;
  readonly proposal_votes: Readonly<Record<string, unknown>>;
}

export const INVITED_ACCOUNT = '123456789012';
const OF_THE_CONNECTION = new Set(['host', 'content-length', 'connection']);
const INVITATION_HOURS = 7 * 24;

/** `within`: where moto itself is asked. */
export interface TellingMoto extends Moto {
  readonly within: string;
}

export async function startTellingMoto(): Promise<TellingMoto> {
  const moto = await startMoto();
  const seen = new Map<string, number>();
  const moments = (id: string, hours: number): Told => {
    const atMs = seen.get(id) ?? Date.now();
    seen.set(id, atMs);
    const at = (ms: number): string => new Date(ms).toISOString();
    return { CreationDate: at(atMs), ExpirationDate: at(atMs + hours * 3_600_000) };
  };
  const kept = async (): Promise<ReadonlyMap<string, KeptProposal>> => {
    const all = (await (await fetch(`${moto.endpoint}/moto-api/data.json`)).json()) as {
      readonly managedblockchain: { readonly ManagedBlockchainProposal: readonly KeptProposal[] };
    };
    return new Map(all.managedblockchain.ManagedBlockchainProposal.map((one) => [one.proposal_id, one]));
  };
  const complete = async (path: string, answer: Told): Promise<Told> => {
    const [, id, votes] = /\/proposals\/([^/]+)(\/votes)?$/.exec(path) ?? [];
    if (path === '/invitations') return { Invitations: (answer['Invitations'] as Told[]).map(invitation) };
    if (id === undefined) return answer;
    const proposal = (await kept()).get(id);
    if (proposal === undefined) return answer;
    if (votes !== undefined) return { ProposalVotes: Object.values(proposal.proposal_votes) };
    const { memberid, membername, actions, network_expiration: hours } = proposal;
    const said = { ProposedByMemberId: memberid, ProposedByMemberName: membername, Actions: actions };
    return { Proposal: { ...(answer['Proposal'] as Told), ...said, ...moments(id, hours) } };
  };
  const invitation = (one: Told): Told => {
    const id = String(one['InvitationId']);
    const Arn = `arn:aws:managedblockchain:us-east-1:${INVITED_ACCOUNT}:invitations/${id}`;
    return { ...one, ...moments(id, INVITATION_HOURS), Arn };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request;
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && !OF_THE_CONNECTION.has(name) ? [[name, value] as const] : [],
    );
    const body = Buffer.concat((await request.toArray()) as Uint8Array[]);
    const passed = { method, headers: Object.fromEntries(headers), ...(body.length === 0 ? {} : { body }) };
    const told = await fetch(`${moto.endpoint}${url}`, passed);
    const text = await told.text();
    const { pathname } = new URL(url, moto.endpoint);
    const said = told.ok && method === 'GET' ? await complete(pathname, JSON.parse(text) as Told) : null;
    response.writeHead(told.status, { 'content-type': 'application/json' });
    response.end(said === null ? text : JSON.stringify(said));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  return { endpoint, within: moto.endpoint, close: () => shut(server, moto) };
}

async function shut(server: Server, moto: Moto): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await moto.close();
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
