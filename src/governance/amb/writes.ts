import { createHash, randomUUID } from 'node:crypto';
import type { ManagedBlockchainClient } from '@aws-sdk/client-managedblockchain';
import { ParleyError } from '../../errors/index.js';
import { statusAt, type ConsortiumState, type ProposalState } from '../../model/governance.js';
import type { Actor, Draft, GovernanceWrite, JsonValue, Known, MechanismWrites, Outcome, Step } from '../mechanism.js';
import { asked, createAmbClient, type AmbPlace } from './client.js';
import { draftOf, impossible, isMember, proposeInput, type AmbProposing } from './propose.js';
import { hasLeft, isRejected, voteStands } from './readBack.js';
import { awsSdk } from './sdk.js';

/** Who administers a new member's certificate authority. */
export interface AmbAdministrator {
  readonly username: string;
  readonly password: string;
}

export interface AmbParts extends AmbPlace {
  /** Amazon's id: `n-…`. */
  readonly network: string;
  /** The members as whom this account may act. */
  readonly actingMembers: readonly string[];
  readonly known: Known;
  /** The administrator of the member that an invitation becomes: kept where its owner finds it, the same whenever it is asked. */
  administrator(invitation: string): Promise<AmbAdministrator>;
  /** Something was written: the network is to be asked anew at once. */
  written(): void;
}

const NOTHING: Outcome = { proposal: null, invitation: null };
/** As Amazon bounds it. */
const TOKEN_CHARACTERS = 64;
const MEMBER_NAME = /^(?!-|[0-9])(?!.*-$)(?!.*--)[A-Za-z0-9-]{1,64}$/;

/** Writes at Amazon, which signs for its members: each is one call, with what the rules forbid said before. */
export class AmbWrites implements MechanismWrites {
  readonly mechanism = 'AMB';

  constructor(private readonly parts: AmbParts) {}

  async preview(input: JsonValue, actor: Actor | null): Promise<Draft> {
    const consortium = await this.consortium();
    try {
      const draft = draftOf(proposeInput(input), consortium, actor?.member ?? null);
      if (actor === null || this.parts.actingMembers.includes(actor.member)) return draft;
      const { code, message } = this.actsNot(actor);
      return { ...draft, problems: [{ code, message }, ...draft.problems] };
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'INPUT_INVALID') throw error;
      return impossible(input, consortium, error);
    }
  }

  async plan(write: GovernanceWrite, actor: Actor): Promise<Step> {
    switch (write.kind) {
      case 'propose':
        return this.propose(proposeInput(write.input), actor, write.idempotencyKey ?? null);
      case 'castVote':
        return this.castVote(write, actor);
      case 'withdraw':
      case 'execute':
        throw notAtAmazon(write);
      case 'acceptInvitation':
        return this.accept(write.invitation, write.input);
      case 'rejectInvitation':
        return this.reject(write.invitation);
      case 'leave':
        return this.leave(actor);
    }
  }

  resume(): Promise<Step> {
    return Promise.reject(new ParleyError('INTERNAL', 'Nothing is signed for Amazon Managed Blockchain'));
  }

  private async propose(
    { description, invitations, removals }: AmbProposing,
    actor: Actor,
    key: string | null,
  ): Promise<Step> {
    const MemberId = await this.actingMember(actor);
    const unknown = await this.strangersAmong(removals);
    if (unknown !== null) throw refused(`${unknown} is not a member of the network`, { got: unknown });
    const command = new (awsSdk().CreateProposalCommand)({
      ...{ NetworkId: this.parts.network, MemberId },
      ClientRequestToken: tokenOf(MemberId, key ?? randomUUID()),
      ...(description === null ? {} : { Description: description }),
      Actions: {
        ...(invitations.length === 0 ? {} : { Invitations: invitations.map((Principal) => ({ Principal })) }),
        ...(removals.length === 0 ? {} : { Removals: removals.map((member) => ({ MemberId: member })) }),
      },
    });
    return this.call('make a proposal', async (client) => {
      const { ProposalId } = await client.send(command);
      if (ProposalId === undefined)
        throw new ParleyError('LEDGER_UNAVAILABLE', 'Amazon Managed Blockchain made a proposal and gave it no id');
      return { ...NOTHING, proposal: ProposalId };
    });
  }

  private async castVote(
    { proposal, choice }: Extract<GovernanceWrite, { readonly kind: 'castVote' }>,
    actor: Actor,
  ): Promise<Step> {
    requireOpen(proposal);
    if (choice !== 'YES' && choice !== 'NO')
      throw refused('Amazon Managed Blockchain counts no such vote', { got: choice, expected: 'YES or NO' });
    const VoterMemberId = await this.actingMember(actor);
    const before = (await this.parts.known.votes(proposal.nativeId)).find(({ voter }) => voter === VoterMemberId);
    if (before !== undefined)
      throw refused(`${VoterMemberId} has voted on it already`, {
        got: before.nativeChoice ?? before.choice,
        expected: 'one vote a member',
      });
    const ids = { NetworkId: this.parts.network, ProposalId: proposal.nativeId, VoterMemberId };
    const outcome = { ...NOTHING, proposal: proposal.nativeId };
    return this.call(
      'take a vote',
      async (client) => {
        await client.send(new (awsSdk().VoteOnProposalCommand)({ ...ids, Vote: choice }));
        return outcome;
      },
      async (client) => ((await voteStands(client, ids, choice)) ? outcome : null),
    );
  }

  /** The member that is made: with a name, and an administrator whose password nobody is told over the graph. */
  private async accept(invitation: string, input: JsonValue): Promise<Step> {
    await this.requirePending(invitation);
    const name = nameIn(input);
    const { network } = this.parts;
    return this.call('make a member', async (client) => {
      const { username: AdminUsername, password: AdminPassword } = await this.parts.administrator(invitation);
      const logged = { Cloudwatch: { Enabled: false } };
      const MemberConfiguration = {
        Name: name,
        FrameworkConfiguration: { Fabric: { AdminUsername, AdminPassword } },
        LogPublishingConfiguration: { Fabric: { CaLogs: logged } },
      };
      const ids = { InvitationId: invitation, NetworkId: network };
      const ClientRequestToken = tokenOf(network, invitation);
      await client.send(new (awsSdk().CreateMemberCommand)({ ...ids, ClientRequestToken, MemberConfiguration }));
      return { ...NOTHING, invitation };
    });
  }

  private async reject(invitation: string): Promise<Step> {
    await this.requirePending(invitation);
    const outcome = { ...NOTHING, invitation };
    return this.call(
      'reject an invitation',
      async (client) => {
        await client.send(new (awsSdk().RejectInvitationCommand)({ InvitationId: invitation }));
        return outcome;
      },
      async (client) => ((await isRejected(client, this.parts.network, invitation)) ? outcome : null),
    );
  }

  private async leave(actor: Actor): Promise<Step> {
    const MemberId = await this.actingMember(actor);
    const ids = { NetworkId: this.parts.network, MemberId };
    return this.call(
      'let a member leave',
      async (client) => {
        await client.send(new (awsSdk().DeleteMemberCommand)(ids));
        return NOTHING;
      },
      async (client) => ((await hasLeft(client, ids)) ? NOTHING : null),
    );
  }

  /** `readBack`: asked after a refusal, for what Amazon gives no token to: what came of it all the same, null where nothing did. */
  private call(
    what: string,
    run: (client: ManagedBlockchainClient) => Promise<Outcome>,
    readBack?: (client: ManagedBlockchainClient) => Promise<Outcome | null>,
  ): Step {
    const { network, written } = this.parts;
    return {
      kind: 'call',
      run: async () => {
        const client = createAmbClient(this.parts);
        try {
          return await asked(network, what, () => run(client));
        } catch (refusal) {
          const outcome = isRefusal(refusal) ? await readBack?.(client) : null;
          if (outcome == null) throw refusal;
          return outcome;
        } finally {
          client.destroy();
          written();
        }
      },
    };
  }

  /** Errors: `SIGNER_UNKNOWN` where the account does not act for the member; `GOVERNANCE_REFUSED` where it is none. */
  private async actingMember(actor: Actor): Promise<string> {
    const { member } = actor;
    if (!this.parts.actingMembers.includes(member)) throw this.actsNot(actor);
    if (isMember(await this.consortium(), member)) return member;
    throw refused(`${member} is not a member of the network`, { got: member });
  }

  private actsNot({ member }: Actor): ParleyError {
    const { actingMembers } = this.parts;
    return new ParleyError('SIGNER_UNKNOWN', 'Nobody here acts for that member at Amazon Managed Blockchain', {
      got: `member/${member}`,
      expected: actingMembers.map((one) => `member/${one}`).join(', ') || 'a member among `actingMembers`',
      fix: 'Name it among `amb.actingMembers` where the AWS account of this process owns it.',
    });
  }

  private async strangersAmong(removals: readonly string[]): Promise<string | null> {
    const consortium = await this.consortium();
    return removals.find((id) => !isMember(consortium, id)) ?? null;
  }

  private async requirePending(id: string): Promise<void> {
    const invitation = await this.parts.known.invitation(id);
    if (invitation === null) throw refused('There is no such invitation', { got: id });
    const late = invitation.expiresMs !== null && invitation.expiresMs <= Date.now();
    const status = invitation.status === 'PENDING' && late ? 'EXPIRED' : invitation.status;
    if (status !== 'PENDING') throw refused('The invitation waits for no answer', { got: status, expected: 'PENDING' });
  }

  private async consortium(): Promise<ConsortiumState> {
    const consortium = await this.parts.known.consortium();
    if (consortium !== null) return consortium;
    throw new ParleyError('LEDGER_UNAVAILABLE', 'Amazon Managed Blockchain has not told of the network yet', {
      source: `amb:${this.parts.network}`,
    });
  }
}

function notAtAmazon({
  kind,
  proposal,
}: Extract<GovernanceWrite, { readonly kind: 'withdraw' | 'execute' }>): ParleyError {
  if (kind === 'withdraw')
    return refused('Proposals at Amazon Managed Blockchain are not withdrawn', {
      fix: 'Let its members vote NO, or let it expire.',
    });
  return refused('Amazon Managed Blockchain carries out by itself what is approved', {
    got: proposal.nativeStatus ?? proposal.status,
    ...(proposal.status === 'EXECUTION_FAILED' ? { fix: 'Propose what failed once more.' } : {}),
  });
}

/** The same for the same, within Amazon's bound: it carries out once what is asked twice. */
const tokenOf = (...of: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, TOKEN_CHARACTERS);

function nameIn(input: JsonValue): string {
  const { name = null } = input as { readonly name?: string | null };
  if (name !== null && MEMBER_NAME.test(name)) return name;
  throw new ParleyError('INPUT_INVALID', 'A member at Amazon Managed Blockchain has a name', {
    got: name?.slice(0, 100) ?? 'no name',
    expected: '`name`: 1 to 64 letters, digits and single hyphens, beginning with a letter',
  });
}

function requireOpen(proposal: ProposalState): void {
  const { status } = statusAt(proposal, Date.now());
  if (status !== 'ACTIVE') throw refused('The proposal is not open', { got: status, expected: 'ACTIVE' });
}

const isRefusal = (error: unknown): boolean => error instanceof ParleyError && !error.retryable;

function refused(
  what: string,
  facts: { readonly got?: string; readonly expected?: string; readonly fix?: string } = {},
): ParleyError {
  return new ParleyError('GOVERNANCE_REFUSED', what, facts);
}
