import type { Logger } from 'pino';
import type { Config } from '../config/index.js';
import type { Signer } from '../keys/index.js';
import { sameChange } from '../governance/fabricConfig/index.js';
import type { FabricLedger } from '../ledgers/ledger.js';
import { pause } from '../lib/pause.js';
import type { LedgerId } from '../model/ids.js';
import { grantScope } from '../model/scope.js';
import type { ProposalRow, StoreReads } from '../store/store.js';
import type { RequestContext } from '../subgraphs/context.js';
import { govern, preview } from '../subgraphs/index.js';
import { dueChanges, openOf, type Due } from './carryOut.js';
import type { LedgerDesk } from './desk.js';

export interface FollowParts {
  readonly config: Pick<Config, 'ledgers' | 'members'>;
  readonly desk: Pick<LedgerDesk, 'ledgers'>;
  readonly store: StoreReads;
  readonly signers: readonly Signer[];
  readonly logger: Logger;
  /** A context of nobody's request: what this process does by itself. */
  context(signal: AbortSignal): RequestContext;
}

const LOOK_EVERY_MS = 2_000;
/** Another member's Parley may be quicker: the proposer's own goes first. */
const OTHERS_WAIT_MS = 60_000;
const AGAIN_AFTER_MS = 30_000;
const RECENT_DECISIONS = 200;

/**
 * Opens, by itself, the configuration proposals that carry out what a consortium decided: that nobody forgets the second half. What is
 * open already, by whomever, is left alone. Signing it is the members' own.
 */
export function followDecisions(parts: FollowParts): { close(): Promise<void> } {
  const stop = new AbortController();
  const tried = new Map<string, number>();
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await pause(LOOK_EVERY_MS, stop.signal);
      if (stop.signal.aborted) return;
      try {
        for (const due of await missing(parts)) await open(parts, due, tried, stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) parts.logger.warn({ err: error }, 'what a consortium decided could not be looked up');
      }
    }
  };
  const done = loop();
  return {
    close: async () => {
      stop.abort();
      await done;
    },
  };
}

interface Missing extends Due {
  /** Open updates that name the decision. */
  readonly open: readonly ProposalRow[];
}

async function missing({ config, desk, store }: FollowParts): Promise<readonly Missing[]> {
  const collecting = new Map(
    config.ledgers.flatMap((one) =>
      one.kind === 'fabric' && one.consortium !== null ? [[one.name, one.consortium]] : [],
    ),
  );
  const ledgers = [...desk.ledgers.values()].filter(({ kind, name }) => kind === 'fabric' && collecting.has(name));
  const scope = grantScope(ledgers.map(({ id }) => id));
  const [home] = (await store.consortia(scope, scope.ledgers)).filter((row) => row !== null);
  if (home === undefined) return [];
  const configs = await store.configs(scope, scope.ledgers);
  const channels = new Map<LedgerId, readonly string[]>(
    configs.flatMap((row) => (row === null ? [] : [[row.ledger, row.config.organizations.map(({ mspId }) => mspId)]])),
  );
  const criteria = {
    ledgers: [home.ledger],
    mechanisms: ['CONSORTIUM'],
    statuses: ['EXECUTED'],
    nowMs: Date.now(),
  } as const;
  const newest = { field: 'CREATED', direction: 'DESC' } as const;
  const page = { limit: RECENT_DECISIONS, towards: 'forward', after: null, before: null, order: newest } as const;
  const { rows: executed } = await store.proposals(scope, criteria, page);
  const invitations = await store.invitations(scope, [home.ledger]);
  const due = dueChanges({ home, executed, invitations, channels });
  if (due.length === 0) return [];
  const carrying = await store.proposalsOfDecisions(
    scope,
    due.map(({ decision }) => decision),
  );
  return due.map((one, at) => ({ ...one, open: openOf(one, carrying[at] ?? []) }));
}

async function open(parts: FollowParts, due: Missing, tried: Map<string, number>, signal: AbortSignal): Promise<void> {
  const signer = signerFor(parts, due);
  if (signer === null || !isTurn(signer, due)) return;
  const name = `${due.channel} ${due.change} ${due.mspId} ${due.decision.nativeId}`;
  if (Date.now() - (tried.get(name) ?? 0) < AGAIN_AFTER_MS) return;
  tried.set(name, Date.now());
  const facts = { channel: due.channel, organization: due.mspId, decision: due.decision.nativeId };
  try {
    const context = parts.context(AbortSignal.any([signal, AbortSignal.timeout(AGAIN_AFTER_MS)]));
    const propose = {
      fabricConfig: {
        ...{ channel: due.channel, title: titleOf(due), body: due.because, signer: signer.id },
        change: await changeOf(parts, due),
      },
    };
    if (await isUnderWay(context, due, propose)) return;
    const { proposal } = await govern(context, { propose, decision: due.decision });
    parts.logger.info(
      { ...facts, proposal: proposal?.state.nativeId },
      'opened the configuration proposal of a decision',
    );
  } catch (error) {
    parts.logger.warn(
      { ...facts, err: error },
      'the configuration proposal of a decision could not be opened; it is tried again',
    );
  }
}

/** Who is to open it does at once, the others once it had its time. */
const isTurn = ({ identity }: Signer, { opener, sinceMs }: Due): boolean =>
  (identity.kind === 'fabric' && identity.mspId === opener) || Date.now() - sinceMs >= OTHERS_WAIT_MS;

/** The proposer's own where it is here; else any that is of a member of the channel, and not of the one that goes. */
function signerFor({ signers, desk }: FollowParts, due: Due): Signer | null {
  const ledger = desk.ledgers.get(due.channel);
  const fit = signers.filter(({ identity }) => identity.kind === 'fabric' && identity.mspId !== due.mspId);
  const own = fit.find(({ identity }) => identity.kind === 'fabric' && identity.mspId === due.opener);
  const reader = fit.find(
    ({ identity }) => identity.kind === 'fabric' && ledger?.kind === 'fabric' && identity.mspId === ledger.mspId,
  );
  return own ?? reader ?? fit[0] ?? null;
}

/** Whether an open update does just what was decided; one that does something else holds nothing up, whatever it names. */
async function isUnderWay(
  context: RequestContext,
  { open }: Missing,
  propose: Parameters<typeof preview>[1],
): Promise<boolean> {
  if (open.length === 0) return false;
  const { draft } = await preview(context, propose);
  return open.some(({ state }) => sameChange(state.actions, draft.actions));
}

const titleOf = ({ change, name, mspId }: Due): string =>
  `${change === 'ADD' ? 'Add' : 'Remove'} ${name} (${mspId})`.slice(0, 200);

async function changeOf({ desk, config }: FollowParts, due: Due) {
  if (due.change === 'REMOVE') return { removeOrganization: due.mspId };
  const ledger = desk.ledgers.get(due.channel) as FabricLedger;
  const own = config.ledgers.find(({ name, kind }) => kind === 'fabric' && name === ledger.name);
  const chaincode = own?.kind === 'fabric' ? (own.consortium?.chaincode ?? '') : '';
  const answer = await ledger.evaluate({
    ...{ chaincode, contract: null, function: 'GetOrganization', transient: {}, endorsingOrganizations: [] },
    arguments: [Buffer.from(due.mspId, 'utf8')],
  });
  const { definition } = JSON.parse(Buffer.from(answer).toString('utf8')) as { definition: Definition };
  const { mspId, rootCertificates, intermediateCertificates, admins, tlsRootCertificates, nodeOUs, anchorPeers } =
    definition;
  return {
    addOrganization: {
      ...{ mspId, rootCertificates, intermediateCertificates, admins, tlsRootCertificates, nodeOUs, anchorPeers },
    },
  };
}

/** As the chaincode keeps what the invited party signed. */
interface Definition {
  readonly mspId: string;
  readonly rootCertificates: string[];
  readonly intermediateCertificates: string[];
  readonly admins: string[];
  readonly tlsRootCertificates: string[];
  readonly nodeOUs: boolean;
  readonly anchorPeers: { host: string; port: number }[];
}
