import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pythonTool } from './pythonTool.js';

// Where moto 5.2.1 departs from what AWS documents of Amazon Managed Blockchain, as far as the suites meet it:
//  1. CreateNetwork and CreateMember demand `LogPublishingConfiguration` of the member, which AWS takes as optional (500 without it).
//  2. CreateNetwork knows the version 1.2 of Fabric alone; networks, members and nodes are there at once: nothing is ever CREATING.
//  3. Answers lack what AWS gives: GetNetwork has no Status, CreationDate, Description or Arn; ListMembers and GetMember no IsOwned,
//     CreationDate or Arn; ListProposals and GetProposal no ProposedByMemberId, ProposedByMemberName, CreationDate, ExpirationDate or Arn;
//     ListInvitations no CreationDate, ExpirationDate or Arn, and so nothing of who was invited.
//  4. GetProposal's Actions are always empty, though they are carried out.
//  5. ListProposalVotes answers with the votes of every proposal of the network, not of the one asked for. What Parley keeps is at most as
//     many as the proposal counts; a suite that reads votes has proposals one after the other.
//  6. A proposal is EXPIRED only once somebody voted too late: AWS expires by its clock. Its count of members is that of its first moment.
//  7. ListInvitations tells every invitation to every account, not only those to the caller's own; none is ever EXPIRED or ACCEPTING.
//  8. Lists come in one page: NextToken is never given, MaxResults not heeded.
//  9. Every account of one server sees every network and member: AWS tells an account of its own members alone, nodes and all.
// 10. A member that was removed stays listed as DELETED for ever; where the last one is, the network is gone at once.
// 11. ACTION_FAILED, CREATE_FAILED, UNHEALTHY and INACCESSIBLE_ENCRYPTION_KEY never come about.
// 12. ClientRequestToken is not heeded: what is asked twice with one token is done twice.
// 13. RejectInvitation and DeleteMember take what is rejected or deleted already: AWS documents IllegalActionException, ResourceNotFoundException.
// What moto lacks is tried on AWS's documented shapes in test/unit/governance/amb/mapping.test.ts.

const REQUIREMENTS = 'moto[server,managedblockchain]==5.2.1\n';

/** moto's server, as words of a command: what MOTO_SERVER names, else its own environment of Python; null where it cannot be had. */
async function command(): Promise<readonly [program: string, ...words: string[]] | null> {
  const named = process.env['MOTO_SERVER'];
  if (named !== undefined) return [named];
  const bin = await pythonTool('moto', REQUIREMENTS);
  return bin === null ? null : [join(bin, 'python'), '-m', 'moto.server'];
}

/** Installs it where it is missing. */
export const motoIsHere = async (): Promise<boolean> => (await command()) !== null;

export interface Moto {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A server of moto's on a free port of loopback. */
export async function startMoto(): Promise<Moto> {
  const [program, ...words] = (await command()) ?? [];
  if (program === undefined) throw new Error('moto is not installed');
  const port = await freePort();
  const child = spawn(program, [...words, '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const up = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return { endpoint, close };
    await sleep(100);
  }
  await close();
  throw new Error('moto_server did not answer within a minute');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
