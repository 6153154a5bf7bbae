import { Contract, type Context } from 'fabric-contract-api';
import { readPage, readState, type Page } from '../common/state.js';
import { evaluates, submits } from '../common/transaction.js';
import { noChanges } from './changes.js';
import {
  carryConfigSignature,
  isCollecting,
  openSignature,
  proposeConfigUpdate,
  recordAttempt,
  signConfigUpdate,
  withdrawConfigUpdate,
  type ConfigAttempt,
  type ConfigSignature,
  type ConfigUpdate,
} from './configUpdate.js';
import type { Network } from './member.js';
import type { Act } from './proposal.js';
import {
  actOf,
  commit,
  keys,
  readCarrying,
  readConfigAttempts,
  readConfigSignatures,
  readConfigUpdate,
} from './records.js';

/**
 * Collects signatures for configuration updates of the channel that it is installed on, so that every organisation of the channel
 * sees the same and nobody outside it sees any of it. It needs no network to be founded. Whoever may write on the channel may call.
 */
export class ConfigContract extends Contract {
  /**
   * Opens a collection; its id is the transaction's. `configUpdate`: the exact serialised common.ConfigUpdate, base64; `closesAt`:
   * ISO 8601 or empty; `decision`: empty, or JSON {network, proposalId, replaces}: the decision that it carries out, the update that it
   * takes the place of, or both. One collection at a time carries a decision out; another may take its place, for only its members can
   * judge whether it still applies, and does what the decision says.
   * Event: ConfigUpdateProposed.
   */
  @submits(
    ['title', 'string'],
    ['body', 'string'],
    ['configUpdate', 'string'],
    ['closesAt', 'string'],
    ['decision', 'string'],
  )
  async ProposeConfigUpdate(
    ctx: Context,
    title: string,
    body: string,
    configUpdate: string,
    closesAt: string,
    decision: string,
  ): Promise<ConfigUpdate> {
    const act = actOf(ctx);
    const [configUpdateId, channelId] = [ctx.stub.getTxID(), ctx.stub.getChannelID()];
    const update = proposeConfigUpdate(
      { configUpdateId, channelId, title, body, configUpdate, closesAt, decision },
      act,
    );
    await requireUndecided(ctx, update, act.at);
    await commit(ctx, 'ConfigUpdateProposed', await networkIdOf(ctx), act, { ...noChanges(), configUpdates: [update] });
    return update;
  }

  /**
   * Adds a signature of the caller's organisation: a serialised common.ConfigSignature, base64. A later one by another identity of
   * the same organisation supersedes it. Event: ConfigUpdateSigned.
   */
  @submits(['configUpdateId', 'string'], ['configSignature', 'string'])
  async SignConfigUpdate(ctx: Context, configUpdateId: string, configSignature: string): Promise<ConfigSignature> {
    const act = actOf(ctx);
    const update = await readConfigUpdate(ctx, configUpdateId);
    const before = await readConfigSignatures(ctx, configUpdateId, act.by);
    return keepSigned(ctx, act, signConfigUpdate(update, before, configSignature, act));
  }

  /**
   * Adds a signature of an organisation that cannot call, such as one that only orders: it signs wherever it is, and whoever may write
   * hands it in. Kept apart from what the organisation hands in itself, and from what others hand in for it. Event: ConfigUpdateSigned.
   */
  @submits(['configUpdateId', 'string'], ['configSignature', 'string'])
  async CarryConfigSignature(ctx: Context, configUpdateId: string, configSignature: string): Promise<ConfigSignature> {
    const act = actOf(ctx);
    const update = await readConfigUpdate(ctx, configUpdateId);
    const checked = openSignature(update, configSignature, act);
    const before = await readConfigSignatures(ctx, configUpdateId, checked.mspId, act.by);
    return keepSigned(ctx, act, carryConfigSignature(update, before, checked, act));
  }

  /** The proposer's organisation ends the collection. Event: ConfigUpdateWithdrawn. */
  @submits(['configUpdateId', 'string'])
  async WithdrawConfigUpdate(ctx: Context, configUpdateId: string): Promise<ConfigUpdate> {
    const act = actOf(ctx);
    const update = withdrawConfigUpdate(await readConfigUpdate(ctx, configUpdateId), act);
    await commit(ctx, 'ConfigUpdateWithdrawn', await networkIdOf(ctx), act, {
      ...noChanges(),
      configUpdates: [update],
    });
    return update;
  }

  /** Notes a try to have the update ordered: JSON {outcome: ACCEPTED | REFUSED | UNKNOWN, code?, message?}. Event: ConfigAttemptRecorded. */
  @submits(['configUpdateId', 'string'], ['attempt', 'string'])
  async RecordConfigAttempt(ctx: Context, configUpdateId: string, attempt: string): Promise<ConfigAttempt> {
    const act = actOf(ctx);
    const update = await readConfigUpdate(ctx, configUpdateId);
    const tried = (await readConfigAttempts(ctx, configUpdateId)).length;
    const recorded = recordAttempt(update, tried, attempt, act);
    await commit(ctx, 'ConfigAttemptRecorded', await networkIdOf(ctx), act, {
      ...noChanges(),
      configAttempts: [recorded],
    });
    return recorded;
  }

  @evaluates(['configUpdateId', 'string'])
  GetConfigUpdate(ctx: Context, configUpdateId: string): Promise<ConfigUpdate> {
    return readConfigUpdate(ctx, configUpdateId);
  }

  /** Configuration updates in the order of their ids, a page at a time. */
  @evaluates(['pageSize', 'number'], ['bookmark', 'string'])
  ListConfigUpdates(ctx: Context, pageSize: number, bookmark: string): Promise<Page<ConfigUpdate>> {
    return readPage<ConfigUpdate>(ctx, 'configUpdate/', pageSize, bookmark);
  }

  /** Signatures on an update by organisation, the superseded among them, a page at a time. */
  @evaluates(['configUpdateId', 'string'], ['pageSize', 'number'], ['bookmark', 'string'])
  async ListConfigSignatures(
    ctx: Context,
    configUpdateId: string,
    pageSize: number,
    bookmark: string,
  ): Promise<Page<ConfigSignature>> {
    await readConfigUpdate(ctx, configUpdateId);
    return readPage<ConfigSignature>(ctx, `configSignature/${configUpdateId}/`, pageSize, bookmark);
  }

  /** Tries to have an update ordered, the oldest first. */
  @evaluates(['configUpdateId', 'string'])
  async ListConfigAttempts(ctx: Context, configUpdateId: string): Promise<readonly ConfigAttempt[]> {
    await readConfigUpdate(ctx, configUpdateId);
    return readConfigAttempts(ctx, configUpdateId);
  }
}

/**
 * Throws while another collection carries the same decision out, but for the one that is replaced: two gateways that open it by
 * themselves open one.
 */
async function requireUndecided(ctx: Context, { decision, replaces }: ConfigUpdate, at: string): Promise<void> {
  if (replaces !== undefined) await readConfigUpdate(ctx, replaces);
  if (decision === null) return;
  const before = await readCarrying(ctx, decision);
  if (before !== null && before.configUpdateId !== replaces && isCollecting(before, at))
    throw new Error(`Configuration update ${before.configUpdateId} carries out ${decision.proposalId} already`);
}

/** Collecting needs no network; where there is one, the event names it. */
async function networkIdOf(ctx: Context): Promise<string | null> {
  return (await readState<Network>(ctx, keys.network))?.networkId ?? null;
}

async function keepSigned(
  ctx: Context,
  act: Act,
  configSignatures: readonly ConfigSignature[],
): Promise<ConfigSignature> {
  await commit(ctx, 'ConfigUpdateSigned', await networkIdOf(ctx), act, { ...noChanges(), configSignatures });
  const [signed] = configSignatures;
  if (signed === undefined) throw new Error('No signature was made');
  return signed;
}
