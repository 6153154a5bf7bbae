import { Directive, Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { ParleyError } from '../../errors/index.js';
import { statusAt, type Mechanism, type NativeFacts, type ProposalState } from '../../model/governance.js';
import { formatId, hasBlocks, ledgerKind } from '../../model/ids.js';
import type { ProposalRow } from '../../store/store.js';
import { ProposalStatusEnum } from '../enums.js';
import { accountId } from '../rowIds.js';
import { BigIntScalar, BytesScalar, DateTimeScalar } from '../scalars.js';
import { Execution } from './execution.js';
import { actionOf, ProposalAction } from './proposalAction.js';
import { MechanismEnum, StatusSourceEnum } from './proposalEnums.js';
import { Requirement, requirementOf } from './requirement.js';
import { Tally } from './tally.js';
import { Account, Chain, Channel, Ledger, Node } from './types.js';

@Directive('@key(fields: "id")')
@InterfaceType('Proposal', {
  implements: Node,
  description: 'Something that members decide, in whatever place their network decides it.',
})
export abstract class Proposal {
  constructor(
    readonly row: ProposalRow,
    /** The moment as of which it is told: an open one whose time has passed is expired. */
    private readonly nowMs: number,
  ) {}

  get id(): string {
    const { ledger, state } = this.row;
    return formatId({ type: 'Proposal', proposal: { ledger, mechanism: state.mechanism, nativeId: state.nativeId } });
  }

  private get state(): ProposalState {
    return this.row.state;
  }

  @Field(() => String)
  get nativeId(): string {
    return this.state.nativeId;
  }

  @Field(() => Ledger, { nullable: true, description: 'The ledger that records it; null where no ledger does (AMB).' })
  get recordedOn(): object | null {
    const { ledger } = this.row;
    if (!hasBlocks(ledger)) return null;
    return ledgerKind(ledger) === 'fabric' ? new Channel(ledger) : new Chain(ledger);
  }

  @Field(() => MechanismEnum)
  get mechanism(): string {
    return this.state.mechanism;
  }

  @Field(() => String)
  get title(): string {
    return this.state.title;
  }

  @Field(() => String, { nullable: true })
  get body(): string | null {
    return this.state.body;
  }

  @Field(() => [String])
  get links(): readonly string[] {
    return this.state.links;
  }

  @Field(() => Boolean, {
    description: 'True where the ledger does not say who proposed and the first approval was taken for it.',
  })
  get proposerInferred(): boolean {
    return this.state.proposerInferred;
  }

  @Field(() => [ProposalAction])
  get actions(): readonly object[] {
    return this.state.actions.map((action) => actionOf(this.row.ledger, action));
  }

  @Field(() => BytesScalar, { description: 'What a vote binds to.' })
  get payloadDigest(): string {
    return `0x${this.state.payloadDigest}`;
  }

  @Field(() => ProposalStatusEnum)
  get status(): string {
    return statusAt(this.state, this.nowMs).status;
  }

  @Field(() => String, { nullable: true })
  get nativeStatus(): string | null {
    return this.state.nativeStatus;
  }

  @Field(() => StatusSourceEnum)
  get statusSource(): string {
    return statusAt(this.state, this.nowMs).statusSource;
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get opensAt(): number | null {
    return this.state.opensAtMs;
  }

  @Field(() => DateTimeScalar, { nullable: true })
  get closesAt(): number | null {
    return this.state.closesAtMs;
  }

  @Field(() => Requirement)
  get requirement(): object {
    return requirementOf(this.row.ledger, this.state.requirement);
  }

  @Field(() => Tally)
  get tally(): Tally {
    return new Tally(this.row.ledger, this.state.tally);
  }

  @Field(() => Execution, { nullable: true })
  get execution(): Execution | null {
    const { execution, status } = this.state;
    return execution === null ? null : new Execution(this.row.ledger, status, execution);
  }
}

type NativeOf<Kind> = Extract<NativeFacts, { kind: Kind }>;

function nativeOf<Kind extends Mechanism>({ state }: ProposalRow, kind: Kind): NativeOf<Kind> {
  if (state.native.kind === kind) return state.native as NativeOf<Kind>;
  throw new ParleyError('STORE_CORRUPT', 'A proposal has the facts of another mechanism', { got: state.native.kind });
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Proposal, Node], description: 'Of the consortium chaincode.', simpleResolvers: true })
export class ConsortiumProposal extends Proposal {}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Proposal, Node],
  description: "Of Fabric's chaincode lifecycle: each approval is a vote.",
  simpleResolvers: true,
})
export class LifecycleProposal extends Proposal {
  @Field(() => Channel)
  get channel(): object {
    return new Channel(this.row.ledger);
  }

  @Field(() => String)
  get chaincode(): string {
    return nativeOf(this.row, 'FABRIC_LIFECYCLE').chaincode;
  }

  @Field(() => Int)
  get sequence(): number {
    return nativeOf(this.row, 'FABRIC_LIFECYCLE').sequence;
  }
}

@ObjectType({
  description: 'The version of an element that a configuration update was made from.',
  simpleResolvers: true,
})
export class ReadSetVersion {
  @Field(() => String)
  path!: string;

  @Field(() => BigIntScalar)
  version!: number;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: [Proposal, Node],
  description: "Of a channel's configuration: each signature is a vote.",
  simpleResolvers: true,
})
export class ConfigUpdateProposal extends Proposal {
  @Field(() => Channel)
  get channel(): object {
    return new Channel(this.row.ledger);
  }

  @Field(() => BytesScalar, { description: 'The serialised `common.ConfigUpdate`: what signatures cover.' })
  get configUpdate(): string {
    return `0x${Buffer.from(nativeOf(this.row, 'FABRIC_CONFIG').configUpdate, 'base64').toString('hex')}`;
  }

  @Field(() => [ReadSetVersion])
  get readSet(): readonly ReadSetVersion[] {
    return nativeOf(this.row, 'FABRIC_CONFIG').readSet;
  }
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Proposal, Node], description: 'Of an OpenZeppelin Governor.', simpleResolvers: true })
export class GovernorProposal extends Proposal {
  @Field(() => Account)
  get governor(): object {
    return new Account(accountId(this.row.ledger, nativeOf(this.row, 'GOVERNOR').governor));
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the timelock lets it be executed, once it is queued.',
  })
  get eta(): number | null {
    return nativeOf(this.row, 'GOVERNOR').etaMs;
  }

  @Field(() => String, { description: 'What its times are counted in (ERC-6372): BLOCK_NUMBER or TIMESTAMP.' })
  get clock(): string {
    return nativeOf(this.row, 'GOVERNOR').clock;
  }
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: [Proposal, Node], description: 'Of Amazon Managed Blockchain.', simpleResolvers: true })
export class AmbProposal extends Proposal {
  @Field(() => String, { nullable: true })
  get arn(): string | null {
    return nativeOf(this.row, 'AMB').arn;
  }
}

const TYPES: Readonly<Record<Mechanism, new (row: ProposalRow, nowMs: number) => Proposal>> = {
  CONSORTIUM: ConsortiumProposal,
  FABRIC_LIFECYCLE: LifecycleProposal,
  FABRIC_CONFIG: ConfigUpdateProposal,
  GOVERNOR: GovernorProposal,
  AMB: AmbProposal,
};

export const proposalOf = (row: ProposalRow, nowMs = Date.now()): Proposal =>
  new TYPES[row.state.mechanism](row, nowMs);

export const proposalTypes = {
  ...{ ConsortiumProposal, LifecycleProposal, ConfigUpdateProposal, GovernorProposal, AmbProposal, ReadSetVersion },
};
