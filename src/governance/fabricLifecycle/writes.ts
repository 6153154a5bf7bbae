import type { peer } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../errors/index.js';
import { chaincodeDefinition } from '../../ledgers/fabric/configuration.js';
import type { FabricLedger } from '../../ledgers/ledger.js';
import type { ProposalState } from '../../model/governance.js';
import type { Actor, Draft, GovernanceWrite, JsonValue, Known, MechanismWrites, Outcome, Step } from '../mechanism.js';
import { approvalArguments, commitOf, definitionInForce, lifecycleCall, packageOf, sourceOf } from './inForce.js';
import { nativeIdOf, opened } from './proposal.js';
import { approvalOf, definitionOf, digestInForce, packageNamed, problemsOf, proposingOf } from './propose.js';

type ApproveArgs = peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
type DefinitionArguments = ApproveArgs | peer.lifecycle.CommitChaincodeDefinitionArgs;
type Vote = Extract<GovernanceWrite, { readonly kind: 'castVote' }>;

export interface LifecycleParts {
  readonly ledger: FabricLedger;
  readonly known: Known;
}

/** Approvals and commits of chaincode definitions, each a transaction of `_lifecycle`. */
export const createLifecycleWrites = (parts: LifecycleParts): MechanismWrites => new LifecycleWrites(parts);

class LifecycleWrites implements MechanismWrites {
  readonly mechanism = 'FABRIC_LIFECYCLE';

  constructor(private readonly parts: LifecycleParts) {}

  async preview(input: JsonValue, actor: Actor | null): Promise<Draft> {
    const { known } = this.parts;
    const channel = await known.channel();
    const by = actor === null ? null : mspIdOf(actor);
    try {
      const { definition, problems } = await this.proposed(input);
      const said = { atMs: 0, cause: null };
      const { title, actions, requirement, payloadDigest } = opened(definition, by, channel, said);
      return { title, actions, requirement, payloadDigest, problems: problems.map(problemOf) };
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'INPUT_INVALID') throw error;
      const { requirement } = opened(NO_DEFINITION, by, channel, { atMs: 0, cause: null });
      const title = proposingOf(input).name.slice(0, MAX_TITLE);
      return { title, actions: [], requirement, payloadDigest: null, problems: [problemOf(error)] };
    }
  }

  plan(write: GovernanceWrite, actor: Actor): Promise<Step> {
    switch (write.kind) {
      case 'propose':
        return this.propose(write.input, mspIdOf(actor));
      case 'castVote':
        return this.approve(write, mspIdOf(actor));
      case 'execute':
        return this.commit(write.proposal);
      default:
        return Promise.reject(
          refused('Fabric’s lifecycle knows no such act', {
            got: write.kind,
            fix: 'Approve another definition for the same sequence: it takes the approval back.',
          }),
        );
    }
  }

  resume(): Promise<Step> {
    return Promise.reject(
      new ParleyError('INTERNAL', 'Nothing of a chaincode’s lifecycle is signed before it is sent'),
    );
  }

  private async proposed(input: JsonValue) {
    const { ledger, known } = this.parts;
    const proposing = proposingOf(input);
    const inForce = await definitionInForce(ledger, proposing.name);
    const args = approvalOf(proposing, inForce);
    const channel = await known.channel();
    const definition = definitionOf(args, channel);
    return { proposing, inForce, args, definition, problems: problemsOf(definition, inForce, channel) };
  }

  private async propose(input: JsonValue, mspId: string): Promise<Step> {
    const { proposing, inForce, args, definition, problems } = await this.proposed(input);
    const [problem] = problems;
    if (problem !== undefined) throw problem;
    args.setSource(sourceOf(packageNamed(proposing) ?? (await this.ownPackage(mspId, args, inForce))));
    return this.approval(args, mspId, nativeIdOf(definition));
  }

  private async approve(vote: Vote, mspId: string): Promise<Step> {
    const { proposal } = vote;
    requireVote(vote, mspId);
    const args = await this.approved(proposal);
    const inForce = await definitionInForce(this.parts.ledger, args.getName());
    if (inForce?.getSequence() !== args.getSequence()) requireOpen(proposal);
    // Of a new version, and for who named none before, the package that others name: a peer on which not exactly that one is installed
    // does not run it.
    const isNew = inForce?.getVersion() !== args.getVersion();
    const own = isNew ? null : await this.ownPackage(mspId, args, inForce);
    args.setSource(sourceOf(own ?? packageOf(args)));
    return this.approval(args, mspId, proposal.nativeId);
  }

  private async commit(proposal: ProposalState): Promise<Step> {
    requireOpen(proposal);
    if (!proposal.tally.satisfied)
      throw refused('Too few organisations have approved it', {
        got: proposal.status,
        expected: `approvals that meet LifecycleEndorsement; still out: ${proposal.tally.missing.join(', ')}`,
      });
    const commit = commitOf(await this.approved(proposal));
    const summary = `Commit the definition of ${wordsOf(commit)}.`;
    return { ...this.submit('CommitChaincodeDefinition', commit, [], proposal.nativeId), summary };
  }

  private approval(args: ApproveArgs, mspId: string, nativeId: string): Step {
    // An approval is written into the organisation's own collection, which no other's peer may endorse.
    const summary = `Approve for ${mspId} the definition of ${wordsOf(args)}, run from ${packageOf(args) ?? 'no package yet'}.`;
    return { ...this.submit('ApproveChaincodeDefinitionForMyOrg', args, [mspId], nativeId), summary };
  }

  private submit(
    name: string,
    message: { serializeBinary(): Uint8Array },
    endorsingOrganizations: readonly string[],
    proposal: string,
  ): Extract<Step, { readonly kind: 'submit' }> {
    const of: Outcome = { proposal, invitation: null };
    const request = lifecycleCall(name, message, endorsingOrganizations);
    return { kind: 'submit', ledger: this.parts.ledger.id, request, of };
  }

  /** What others approved, in their very bytes: an approval of anything else would be of another definition. */
  private async approved({ nativeId, payloadDigest }: ProposalState): Promise<ApproveArgs> {
    const { ledger, known } = this.parts;
    for (const { evidence } of await known.votes(nativeId)) {
      const args = await approvalArguments(ledger, evidence);
      if (args !== null && definitionOf(args, null).digest === payloadDigest) return args;
    }
    throw new ParleyError('LEDGER_UNAVAILABLE', 'No approval of that definition could be read from the ledger', {
      source: ledger.name,
      got: nativeId,
    });
  }

  /** The package that an organisation's approval of the definition in force names; null where it named none, or none is indexed. */
  private async ownPackage(
    mspId: string,
    args: ApproveArgs,
    inForce: peer.lifecycle.QueryChaincodeDefinitionResult | null,
  ): Promise<string | null> {
    if (inForce === null) return null;
    const { ledger, known } = this.parts;
    const [name, sequence] = [args.getName(), inForce.getSequence()];
    const votes = await known.votes(nativeIdOf({ name, sequence, digest: digestInForce(inForce, name) }));
    const own = votes.find(({ voter }) => voter === mspId);
    return own === undefined ? null : packageOf(await approvalArguments(ledger, own.evidence));
  }
}

/** A definition as whoever signs it has to know it. */
function wordsOf(args: DefinitionArguments): string {
  const { name, version, sequence, initRequired, endorsementPolicy, collections } = chaincodeDefinition(args, null);
  const policy = endorsementPolicy.expression ?? endorsementPolicy.reference ?? 'a policy that cannot be read';
  const words = [
    `chaincode ${name} ${version}, sequence ${sequence}, endorsed by ${policy}`,
    collections.length === 0 ? '' : `, with collections ${collections.map((one) => one.name).join(', ')}`,
    initRequired ? ', to be initialised first' : '',
  ].join('');
  // What others approved may hold any text: none of it may pass for other words, or for other lines.
  const plain = words.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�');
  return plain.length <= MAX_WORDS ? plain : `${plain.slice(0, MAX_WORDS)}… (${plain.length} characters)`;
}

const MAX_WORDS = 4_000;
const MAX_TITLE = 200;
const NO_DEFINITION = {
  ...{ name: '', version: '', sequence: 0, initRequired: false, collections: [], digest: '' },
  endorsementPolicy: { expression: null, reference: null, tree: null },
} as const;

const problemOf = ({ code, message }: ParleyError): Draft['problems'][number] => ({ code, message });

function mspIdOf({ identity }: Actor): string {
  if (identity !== null && 'fabric' in identity) return identity.fabric.mspId;
  throw new ParleyError('INPUT_INVALID', 'A chaincode is approved by an organisation’s identity', {
    expected: 'a signer, or an `identity`, of Fabric',
  });
}

function requireVote({ proposal, choice }: Vote, mspId: string): void {
  if (choice !== 'YES')
    throw refused('Fabric’s lifecycle has approvals alone', {
      got: choice,
      expected: 'YES',
      fix: 'Whoever is against it does not approve, or approves another definition for the same sequence.',
    });
  // Who has not approved what is in force cannot run it, and still may: whether it is in force the ledger says.
  if (proposal.status !== 'EXECUTED') requireOpen(proposal);
  if (proposal.native.kind === 'FABRIC_LIFECYCLE' && proposal.native.approvers?.includes(mspId) === true)
    throw refused(`${mspId} has approved it already`, { got: mspId, expected: proposal.tally.missing.join(', ') });
}

function requireOpen({ status, nativeId }: ProposalState): void {
  if (['ACTIVE', 'APPROVED', 'EXECUTION_FAILED'].includes(status)) return;
  throw refused('The proposal is closed', { got: `${nativeId}: ${status}`, expected: 'ACTIVE or APPROVED' });
}

const refused = (what: string, facts: { readonly got: unknown; readonly expected?: unknown; readonly fix?: string }) =>
  new ParleyError('GOVERNANCE_REFUSED', what, facts);
