import type { Config } from '../../config/index.js';
import { ParleyError } from '../../errors/index.js';
import {
  compareNetwork,
  movingCalls,
  movingNetwork,
  requireMapping,
  SEAL,
  type Comparison,
  type KeptNetwork,
  type Mapping,
  type MovingCall,
  type MovingNetwork,
} from '../../governance/consortium/index.js';
import type { NetworkExport } from '../../model/networkExport.js';
import { openLedger } from '../ledgers.js';
import { ConsortiumChaincode } from './chaincode.js';
import { callerOf, homeOf, organizationsOf, submitterOf } from './place.js';
import { onceTheyCaughtUp, submitAndSettle } from './submit.js';

/** `preview`: nothing is submitted; `check`: only what the chaincode holds is compared. */
export type BootstrapMode = 'preview' | 'submit' | 'check';

export interface BootstrapOptions {
  readonly said: NetworkExport;
  readonly mapping: Mapping;
  readonly leaveOutOpen: boolean;
  /** The id of a signer; null for the only one that fits. */
  readonly signer: string | null;
  readonly mode: BootstrapMode;
  readonly hear: BootstrapHearing;
}

export interface BootstrapHearing {
  /** Before anything is submitted. */
  plan(plan: BootstrapPlan): void;
  /** A transaction that a block holds. */
  settled(call: MovingCall, where: { readonly transactionId: string; readonly block: number }): void;
  progress(text: string): void;
}

export interface BootstrapPlan {
  readonly moving: MovingNetwork;
  readonly channel: string;
  readonly chaincode: string;
  readonly submitter: { readonly id: string; readonly mspId: string };
  /** EMPTY: nothing is there; BEGUN: a move that did not end; DONE: it is there. */
  readonly standing: 'EMPTY' | 'BEGUN' | 'DONE';
  readonly calls: readonly MovingCall[];
}

export interface BootstrapResult {
  readonly plan: BootstrapPlan;
  /** Null of a preview of what is not there yet. */
  readonly comparison: Comparison | null;
}

/**
 * Brings an exported network in as the first state of the consortium chaincode that the configuration names, or the rest of it; done
 * again, it does nothing. Errors: `INPUT_INVALID` (the mapping), `CONFIG_INVALID`, `SIGNER_UNKNOWN`, `GOVERNANCE_REFUSED` where the
 * channel keeps another network, those of the ledger.
 */
export async function bootstrapNetwork(config: Config, options: BootstrapOptions): Promise<BootstrapResult> {
  const { said, mapping, leaveOutOpen, signer, hear } = options;
  const { home, chaincode: name } = homeOf(config);
  const ledger = await openLedger(home, []);
  try {
    if (ledger.kind !== 'fabric') throw new TypeError('The consortium is kept by a channel');
    const check = options.mode === 'check';
    // Who checks compares what was moved: what was open then may be over by now.
    const nowMs = check ? Date.parse(said.exportedAt) : Date.now();
    requireMapping(said, mapping, { organizations: await organizationsOf(ledger), leaveOutOpen, nowMs });
    const moving = movingNetwork(said, mapping, leaveOutOpen);
    const mspIds = moving.members.filter(({ status }) => status === 'ACTIVE').map(({ mspId }) => mspId);
    const submitter = submitterOf(config, home, { id: signer, mspIds });
    const chaincode = new ConsortiumChaincode(ledger, name, callerOf(submitter));
    const move = new Move(chaincode, moving, hear);
    const before = await chaincode.network();
    if (check) requireThere(moving, before);
    else requireOurs(moving, before, submitter.mspId);
    const { calls, standing } = await move.planned(before);
    const plan = { moving, channel: home.channel, chaincode: name, submitter, standing, calls };
    hear.plan(plan);
    return { plan, comparison: await move.run(options.mode, plan) };
  } finally {
    await ledger.close();
  }
}

class Move {
  constructor(
    private readonly chaincode: ConsortiumChaincode,
    private readonly moving: MovingNetwork,
    private readonly hear: BootstrapHearing,
  ) {}

  async planned(before: KeptNetwork | null): Promise<Pick<BootstrapPlan, 'standing' | 'calls'>> {
    if (before !== null && before.importing === undefined) return { standing: 'DONE', calls: [] };
    const present =
      before === null
        ? null
        : {
            proposals: await this.chaincode.ids('ListProposals'),
            invitations: await this.chaincode.ids('ListInvitations'),
          };
    const { calls, sealed } = movingCalls(this.moving, present);
    return { standing: before === null ? 'EMPTY' : 'BEGUN', calls: sealed ? calls : [...calls, SEAL] };
  }

  async run(mode: BootstrapMode, { standing, calls }: BootstrapPlan): Promise<Comparison | null> {
    if (standing === 'DONE' || mode === 'check') return this.compared(standing === 'DONE');
    if (mode === 'preview') return null;
    let submitted = false;
    for (const call of calls) {
      // Nothing is sealed that is not what was exported.
      if (call === SEAL) await this.proven();
      const request = this.chaincode.request(call.function, [call.argument]);
      const settled = await onceTheyCaughtUp(
        () => submitAndSettle(this.chaincode.ledger, request, this.chaincode.caller),
        (error) => submitted && error instanceof ParleyError && error.code === 'ENDORSEMENT_FAILED',
      );
      submitted = true;
      this.hear.settled(call, settled);
    }
    return this.proven();
  }

  private async compared(lived: boolean): Promise<Comparison> {
    const kept = await this.chaincode.state((done, total) =>
      this.hear.progress(`votes of ${done} of ${total} proposals read back`),
    );
    return compareNetwork(this.moving, kept, lived);
  }

  /** Peers may be a block behind. */
  private proven(): Promise<Comparison> {
    return onceTheyCaughtUp(
      async () => {
        const comparison = await this.compared(false);
        if (comparison.differences.length > 0) throw differs(comparison);
        return comparison;
      },
      (error) => error instanceof ParleyError,
    );
  }
}

const differs = ({ differences }: Comparison): ParleyError =>
  new ParleyError('GOVERNANCE_REFUSED', 'The chaincode does not hold what was exported', {
    got: `${differences.length} differences`,
    expected: 'none',
    details: differences.slice(0, 20),
    fix: 'Nothing was sealed, if this was before the seal. Look at who endorses on the channel and which chaincode it runs; move to a channel that is empty.',
  });

function requireThere(moving: MovingNetwork, before: KeptNetwork | null): void {
  if (before !== null) return;
  throw new ParleyError('GOVERNANCE_REFUSED', 'Nothing was brought in yet', {
    got: 'no network',
    expected: moving.network.networkId,
    fix: 'Run it without --check.',
  });
}

/** The state is empty, or is this very move. */
function requireOurs({ source, network }: MovingNetwork, before: KeptNetwork | null, mspId: string): void {
  if (before === null) return;
  if (before.source !== source)
    throw new ParleyError('GOVERNANCE_REFUSED', 'The channel keeps a network already', {
      got: `${before.networkId}, ${before.source === undefined ? 'founded there' : `from ${before.source}`}`,
      expected: `none, or ${network.networkId} from ${source}`,
      fix: 'A network moves to a channel whose consortium chaincode keeps none; a move that has begun goes on with the very file that it began with. To compare another export of it: --check.',
    });
  if (before.importing === undefined || before.importing === mspId) return;
  throw new ParleyError('GOVERNANCE_REFUSED', 'Another organisation has begun this move', {
    got: mspId,
    expected: before.importing,
    fix: `Let ${before.importing} end it.`,
  });
}
