import type { RawBlock } from '../../../model/block.js';
import type { Identities } from '../identities/identity.js';
import { SignatureChecks } from '../identities/signatureChecks.js';
import { openBlock, type OpenBlock } from '../wire/block.js';
import { openEnvelope, type OpenEnvelope } from '../wire/envelope.js';
import type { BlockFrame } from '../wire/frame.js';
import type { OpenAction } from '../wire/transaction.js';
import { checkBeside, type Claim } from './claim.js';

/** An envelope with the claims of its creator and, for each action, of its endorsers. */
export interface OpenedEnvelope {
  readonly envelope: OpenEnvelope;
  readonly creator: Claim | null;
  readonly endorsements: readonly Claim[];
}
export interface OpenedBlock {
  readonly block: OpenBlock;
  readonly envelopes: readonly OpenedEnvelope[];
}

/**
 * Opens blocks, and can do so ahead of their decoder: reading bytes and checking signatures needs no configuration, so it is done
 * beside other work, the signatures in other threads. What was done ahead is found again by the raw block; the result is the same
 * without it.
 */
export class BlockOpener {
  private readonly ahead = new WeakMap<RawBlock, OpenedBlock>();

  constructor(
    private readonly identities: Identities,
    private readonly checks = new SignatureChecks(),
  ) {}

  /** `frame`: of the block, where its bytes were read before. */
  async openAhead(raw: RawBlock, frame?: BlockFrame): Promise<void> {
    const opened = this.read(raw, frame);
    this.ahead.set(raw, opened);
    await checkBeside(opened.envelopes.flatMap(claimsOf), this.checks);
  }

  open(raw: RawBlock): OpenedBlock {
    const found = this.ahead.get(raw);
    if (found === undefined) return this.read(raw);
    this.ahead.delete(raw);
    return found;
  }

  /** Ends what it has running beside. */
  close(): Promise<void> {
    return this.checks.close();
  }

  /** An envelope that is in no block. */
  openEnvelope(bytes: Uint8Array): OpenedEnvelope {
    return this.claims(openEnvelope(bytes));
  }

  private read(raw: RawBlock, frame?: BlockFrame): OpenedBlock {
    const block = openBlock(raw.bytes, frame);
    return { block, envelopes: block.envelopes.map((envelope) => this.claims(envelope)) };
  }

  private claims(envelope: OpenEnvelope): OpenedEnvelope {
    const { creator } = envelope;
    return {
      envelope,
      creator:
        creator !== null && creator.length > 0 ? this.claim(creator, [envelope.payload], envelope.signature) : null,
      endorsements: envelope.body.kind === 'transaction' ? this.endorsements(envelope.body.actions) : [],
    };
  }

  private endorsements(actions: readonly OpenAction[]): Claim[] {
    return actions.flatMap(({ endorsements, responseBytes }) =>
      endorsements.map(({ endorser, signature }) => this.claim(endorser, [responseBytes, endorser], signature)),
    );
  }

  private claim(identity: Uint8Array, signed: readonly Uint8Array[], signature: Uint8Array): Claim {
    return { identity: this.identities.read(identity), signed, signature, checked: null };
  }
}

const claimsOf = ({ creator, endorsements }: OpenedEnvelope): readonly Claim[] =>
  creator === null ? endorsements : [creator, ...endorsements];
