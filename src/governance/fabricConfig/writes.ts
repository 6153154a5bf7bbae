import { randomBytes } from 'node:crypto';
import { ParleyError } from '../../errors/index.js';
import type { FabricCreator, FabricLedger } from '../../ledgers/ledger.js';
import { statusAt, type ConsortiumState, type ProposalKey, type ProposalState } from '../../model/governance.js';
import type { LedgerId } from '../../model/ids.js';
import type {
  Actor,
  Draft,
  FailedAttempt,
  GovernanceWrite,
  JsonValue,
  Known,
  MechanismWrites,
  Outcome,
  Step,
} from '../mechanism.js';
import { staleRefusal } from './again.js';
import { organizationsOf } from './changes/organizations.js';
import { prepareUpdate } from './changes/prepareUpdate.js';
import { readAction } from './changes/readAction.js';
import { updateInWords } from './describe/outlineUpdate.js';
import { openConfigBlock, type ConfigInForce } from './inForce.js';
import { opened, signaturesOf, updateOf, type Proposed } from './proposal.js';
import { proposingOf } from './proposing.js';
import { OPEN, purposeOf, type Purpose } from './purpose.js';
import {
  configSignature,
  configSignatureBytes,
  NONCE_BYTES,
  signatureHeader,
  updatePayload,
} from './signatures/envelope.js';
import { verifySignature } from './signatures/verifySignature.js';
import { isStale } from './update/staleness.js';

export interface ConfigWritesParts {
  readonly ledger: Pick<FabricLedger, 'id' | 'name' | 'seed'>;
  readonly known: Pick<Known, 'config' | 'open'>;
  /** Updates whose read set is stale, the newest first, at most some hundreds. */
  superseded(): Promise<readonly ProposalState[]>;
  /** The consortium as that channel keeps it now. */
  consortium(home: LedgerId): Promise<ConsortiumState | null>;
  /** Collects the signatures on that channel. */
  readonly chaincode: string;
  /** The consortium's id of its network, whose decisions updates carry out. */
  readonly network: string;
}

type Vote = Extract<GovernanceWrite, { readonly kind: 'castVote' }>;

/** Configuration updates: proposed with their exact bytes, signed one by one, ordered once the policies that they need are met. */
export class ConfigWrites implements MechanismWrites {
  readonly mechanism = 'FABRIC_CONFIG';

  constructor(private readonly parts: ConfigWritesParts) {}

  async preview(input: JsonValue, actor: Actor | null): Promise<Draft> {
    const { title, change } = proposingOf(input);
    const config = await this.config();
    try {
      const { update } = prepareUpdate(config, readAction(change), Date.now());
      const proposer = actor === null ? null : identityOf(actor).mspId;
      const state = opened({ ...NOBODY, title, proposer, update }, config, { atMs: Date.now(), cause: null });
      const { actions, requirement, payloadDigest } = state;
      return { title, actions, requirement, payloadDigest, problems: [] };
    } catch (error) {
      if (!(error instanceof ParleyError) || error.code !== 'INPUT_INVALID') throw error;
      const problems = [{ code: error.code, message: error.message }];
      return { title, actions: [], requirement: NO_REQUIREMENT, payloadDigest: null, problems };
    }
  }

  async plan(write: GovernanceWrite, actor: Actor): Promise<Step> {
    switch (write.kind) {
      case 'propose':
        return this.propose(write.input, write.decision);
      case 'castVote':
        return this.sign(write, identityOf(actor));
      case 'withdraw':
        return Promise.resolve(this.withdraw(write.proposal, identityOf(actor)));
      case 'execute':
        return this.order(write.proposal, identityOf(actor));
      default:
        throw refused('A channel’s configuration knows no such act', { got: write.kind });
    }
  }

  async resume(write: GovernanceWrite, actor: Actor, rest: JsonValue, signature: Uint8Array): Promise<Step> {
    if (write.kind !== 'castVote' || typeof rest !== 'string')
      throw new ParleyError('INTERNAL', 'Only a signature on an update is signed before it is sent');
    const { proposal } = write;
    const signed = configSignature(Buffer.from(rest, 'base64'), signature);
    const collected = signaturesOf(proposal).map(({ bytes }) => Buffer.from(bytes, 'base64'));
    const config = await this.requireOpen(proposal);
    const checked = verifySignature(config, updateOf(proposal), signed, collected, Date.now());
    if (!checked.valid) throw checked.error;
    const summary = `Add ${checked.signer.mspId}’s signature to ${wordsOf(proposal)}.`;
    const texts = [proposal.nativeId, Buffer.from(checked.signature).toString('base64')];
    if (mayCall(config, identityOf(actor)))
      return { ...this.submit('SignConfigUpdate', texts, proposal.nativeId), summary };
    return { ...this.submit('CarryConfigSignature', texts, proposal.nativeId), summary, carrier: 'ANY_MEMBER' };
  }

  private async propose(input: JsonValue, decision: ProposalKey | null): Promise<Step> {
    const { title, body, change, closesAtMs } = proposingOf(input);
    const config = await this.config();
    const { update } = prepareUpdate(config, readAction(change), Date.now());
    const { actions } = opened({ ...NOBODY, title, proposer: null, update }, config, { atMs: 0, cause: null });
    const [open, superseded] = await Promise.all([this.parts.known.open(), this.parts.superseded()]);
    const decided = this.told(purposeOf(actions, decision, { open, superseded }));
    const closes = closesAtMs === null ? '' : new Date(closesAtMs).toISOString();
    const texts = [title, body, Buffer.from(update).toString('base64'), closes, decided];
    const summary = `Propose “${title}”: ${updateInWords(update)}.`.slice(0, MAX_WORDS);
    return { ...this.submit('ProposeConfigUpdate', texts, { transaction: true }), summary };
  }

  /** As the chaincode takes it. */
  private told({ decision, replaces }: Purpose): string {
    const { network } = this.parts;
    if (decision === null && replaces === null) return '';
    return JSON.stringify({
      ...(decision === null ? {} : { network, proposalId: decision.nativeId }),
      ...(replaces === null ? {} : { replaces }),
    });
  }

  private async sign({ proposal, choice }: Vote, creator: FabricCreator): Promise<Step> {
    if (choice !== 'YES')
      throw refused('An update of a configuration has signatures alone', {
        ...{ got: choice, expected: 'YES', fix: 'Whoever is against it does not sign.' },
      });
    await this.requireOpen(proposal);
    const header = signatureHeader(creator, randomBytes(NONCE_BYTES));
    return {
      ...{ kind: 'sign', stage: 'FABRIC_CONFIG_UPDATE', scheme: 'ECDSA_P256_SHA256' },
      ...configSignatureBytes(header, updateOf(proposal)),
      summary: `Agree, as ${creator.mspId}, to ${wordsOf(proposal)}.`,
      rest: Buffer.from(header).toString('base64'),
    };
  }

  private withdraw(proposal: ProposalState, { mspId }: FabricCreator): Step {
    const { status } = statusAt(proposal, Date.now());
    // The chaincode takes a stale one for open still: withdrawing it makes room for another that carries the same decision out.
    if (status !== 'SUPERSEDED' && !OPEN.has(status)) throw closed(proposal, status);
    if (proposal.proposer !== mspId)
      throw refused('Only the proposer withdraws a proposal', { got: mspId, expected: proposal.proposer });
    return this.submit('WithdrawConfigUpdate', [proposal.nativeId], proposal.nativeId);
  }

  attempted(nativeId: string, attempt: FailedAttempt): Extract<Step, { readonly kind: 'submit' }> {
    const { outcome, message } = attempt;
    const code = attempt.code.slice(0, MAX_CODE);
    const told = JSON.stringify({ outcome, code, message: message.slice(0, MAX_SAID) });
    const words = outcome === 'REFUSED' ? 'was refused' : 'may have been lost';
    const summary = `Note on the channel that the update ${nativeId} ${words} when it was given to ordering: ${code} ${message}`;
    return { ...this.submit('RecordConfigAttempt', [nativeId, told], nativeId), summary: summary.slice(0, MAX_WORDS) };
  }

  private async order(proposal: ProposalState, creator: FabricCreator): Promise<Step> {
    const { channel } = await this.requireOpen(proposal);
    if (!proposal.tally.satisfied)
      throw refused('Too few organisations have signed it', {
        got: proposal.status,
        expected: `signatures that meet ${wordOf(proposal)}; still out: ${proposal.tally.missing.join(', ')}`,
      });
    const payload = updatePayload({
      ...{ channel, update: updateOf(proposal), atMs: Date.now() },
      signatures: signaturesOf(proposal).map(({ bytes }) => Buffer.from(bytes, 'base64')),
      header: signatureHeader(creator, randomBytes(NONCE_BYTES)),
    }).bytes;
    const of: Outcome = { proposal: proposal.nativeId, invitation: null };
    const summary = `Give to ordering, as ${creator.mspId}, ${wordsOf(proposal)}.`;
    return { kind: 'order', ledger: this.parts.ledger.id, payload, of, summary };
  }

  /** Errors: `GOVERNANCE_REFUSED` where it is closed, or where the configuration has moved on since. */
  private async requireOpen(proposal: ProposalState): Promise<ConfigInForce> {
    const { status } = statusAt(proposal, Date.now());
    if (status !== 'SUPERSEDED' && !OPEN.has(status)) throw closed(proposal, status);
    const config = await this.config();
    if (status === 'SUPERSEDED' || isStale(config, updateOf(proposal)))
      throw await staleRefusal(proposal, config, this.parts.ledger);
    await this.refuseGone(proposal);
    return config;
  }

  /** Errors: `GOVERNANCE_REFUSED` where it would admit who was invited and is a member no more. */
  private async refuseGone({ decision, actions, nativeId }: ProposalState): Promise<void> {
    if (decision?.mechanism !== 'CONSORTIUM') return;
    const consortium = await this.parts.consortium(decision.ledger);
    const added = new Set(addedIn(actions));
    const gone = consortium?.members.find((one) => one.status === 'REMOVED' && added.has(one.nativeId));
    if (gone === undefined) return;
    throw refused(`${gone.nativeId}, which it would add, is not a member of the consortium any more`, {
      got: nativeId,
      expected: 'an organisation that accepted its invitation and has not left since',
      fix: 'Whoever proposed the update withdraws it; invite the organisation again where it is to come.',
    });
  }

  private async config(): Promise<ConfigInForce> {
    const raw = await this.parts.known.config();
    if (raw !== null) return openConfigBlock(raw.bytes);
    throw new ParleyError('LEDGER_UNAVAILABLE', 'The channel’s configuration has not been read yet', {
      source: this.parts.ledger.name,
    });
  }

  private submit(
    name: string,
    texts: readonly string[],
    proposal: Outcome['proposal'],
  ): Extract<Step, { readonly kind: 'submit' }> {
    const request = {
      ...{ chaincode: this.parts.chaincode, contract: null, function: name, transient: {} },
      arguments: texts.map((text) => Buffer.from(text, 'utf8')),
      endorsingOrganizations: [],
    };
    return { kind: 'submit', ledger: this.parts.ledger.id, request, of: { proposal, invitation: null } };
  }
}

const MAX_WORDS = 4_000;
/** As the chaincode takes them. */
const MAX_CODE = 100;
const MAX_SAID = 2_000;
/** Organisations that only order sign configurations too, but no peer takes their transactions. */
const mayCall = ({ group }: ConfigInForce, { mspId }: FabricCreator): boolean =>
  organizationsOf(group, 'Application').some((organization) => organization.mspId === mspId);
const NO_REQUIREMENT: Draft['requirement'] = { kind: 'FABRIC_POLICY', path: null, expression: 'nothing', tree: [] };
const NOBODY: Omit<Proposed, 'title' | 'proposer' | 'update'> = {
  ...{ nativeId: '', body: null, proposerInferred: false, closesMs: null, decision: null, replaces: null },
};

const wordOf = ({ requirement }: ProposalState): string =>
  requirement.kind === 'FABRIC_POLICY' ? (requirement.path ?? requirement.expression) : 'its policies';

/** What others wrote may pass for nothing else: what the bytes change is said, not the title. */
const wordsOf = (proposal: ProposalState): string =>
  `${updateInWords(updateOf(proposal))}, SHA-256 ${proposal.payloadDigest ?? ''}`.slice(0, MAX_WORDS);

function identityOf({ identity }: Actor): FabricCreator {
  if (identity !== null && 'fabric' in identity) return identity.fabric;
  throw new ParleyError('INPUT_INVALID', 'A configuration is changed by organisations’ identities', {
    expected: 'a signer, or an `identity`, of Fabric',
  });
}

const closed = ({ nativeId }: ProposalState, status: string): ParleyError =>
  refused('The proposal is closed', { got: `${nativeId}: ${status}`, expected: [...OPEN].join(', ') });

const refused = (what: string, facts: { readonly got: unknown; readonly expected?: unknown; readonly fix?: string }) =>
  new ParleyError('GOVERNANCE_REFUSED', what, facts);

const ORGANIZATION = /^\/Channel\/Application\/[^/]+$/;

/** Organisations that it adds to the channel's application, by their MSP ids. */
const addedIn = (actions: ProposalState['actions']): readonly string[] =>
  actions
    .flatMap((action) => (action.kind === 'CHANNEL_CONFIG_CHANGE' ? action.changes : []))
    .filter(({ kind, path }) => kind === 'ADDED' && ORGANIZATION.test(path))
    .flatMap(({ after }) => mspIdIn(after));

function mspIdIn(group: unknown): readonly string[] {
  const { values } = (group ?? {}) as { readonly values?: { readonly MSP?: { readonly mspId?: unknown } } };
  const mspId = values?.MSP?.mspId;
  return typeof mspId === 'string' ? [mspId] : [];
}
