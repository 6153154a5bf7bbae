import { createUnionType, Field, ObjectType } from 'type-graphql';
import { pageInfoType } from '../connections.js';
import { lagType } from '../ledgerTypes.js';
import { SignatureSchemeEnum } from '../enums.js';
import { BytesScalar, DateTimeScalar, JsonScalar } from '../scalars.js';
import { entityStub, interfaceStub, nodeInterface } from '../stubs.js';

// Ledgers and what they hold as the consortium knows them: by their ids.

export const Node = nodeInterface();
export const PageInfo = pageInfoType();
export const Lag = lagType();
export const Ledger = interfaceStub('Ledger', Node);
export const Block = interfaceStub('Block', Node);
export const Transaction = interfaceStub('Transaction', Node);
export const LedgerEvent = interfaceStub('LedgerEvent', Node);
export const Channel = entityStub('Channel', [Ledger, Node]);
export const Chain = entityStub('Chain', [Ledger, Node]);
export const FabricBlock = entityStub('FabricBlock', [Block, Node]);
export const FabricTransaction = entityStub('FabricTransaction', [Transaction, Node]);
export const EthereumTransaction = entityStub('EthereumTransaction', [Transaction, Node]);
export const Log = entityStub('Log', [LedgerEvent, Node]);
export const Account = entityStub('Account', [Node]);

@ObjectType({ description: 'A record that no ledger keeps.', simpleResolvers: true })
export class ApiRecord {
  @Field(() => String)
  readonly source: string;

  @Field(() => DateTimeScalar)
  readonly observedAt: number;

  @Field(() => JsonScalar)
  readonly record: unknown;

  constructor(facts: { readonly source: string; readonly observedAt: number; readonly record: unknown }) {
    this.source = facts.source;
    this.observedAt = facts.observedAt;
    this.record = facts.record;
  }
}

@ObjectType({ simpleResolvers: true })
export class FabricConfigSignature {
  @Field(() => String)
  mspId!: string;

  @Field(() => String)
  subject!: string;

  @Field(() => BytesScalar, {
    description: 'Serialised `common.SignatureHeader`: the certificate of who signed, and a nonce.',
  })
  signatureHeader!: string;

  @Field(() => BytesScalar, {
    description: 'By that certificate’s key over `signatureHeader` with the proposal’s `configUpdate` after it.',
  })
  signature!: string;

  @Field(() => BytesScalar, { description: 'SHA-256 of what the signature covers.' })
  digest!: string;
}

@ObjectType({ simpleResolvers: true })
export class SignedBallot {
  @Field(() => SignatureSchemeEnum)
  scheme!: string;

  @Field(() => BytesScalar)
  signature!: string;

  @Field(() => BytesScalar)
  payload!: string;
}

export const Evidence = createUnionType({
  name: 'Evidence',
  types: () =>
    [FabricTransaction, FabricBlock, EthereumTransaction, Log, FabricConfigSignature, SignedBallot, ApiRecord] as const,
});

/** Every object type of the consortium that is declared here, by its name. */
export const objects = {
  ...{ PageInfo, Lag, ApiRecord, FabricConfigSignature, SignedBallot },
  ...{ Channel, FabricBlock, FabricTransaction },
  ...{ Chain, EthereumTransaction, Log, Account },
};
