import { Field, ID, ObjectType } from 'type-graphql';
import type * as access from '../../access/index.js';
import { SignatureSchemeEnum } from '../enums.js';
import { AddressScalar } from '../scalars.js';
import { PrincipalKindEnum } from './enums.js';
import { Member } from './member.js';

@ObjectType({ description: 'Who is asking, as Parley knows the caller.', simpleResolvers: true })
export class Principal {
  constructor({ kind, name, scopes }: access.Principal) {
    this.kind = kind;
    this.name = name;
    this.scopes = scopes;
  }

  @Field(() => PrincipalKindEnum)
  readonly kind: access.Principal['kind'];

  @Field(() => String)
  readonly name: string;

  @Field(() => String, { nullable: true })
  readonly mspId: string | null = null;

  @Field(() => AddressScalar, { nullable: true })
  readonly address: string | null = null;

  @Field(() => [String], { description: 'What the credential is limited to; empty where it is not.' })
  readonly scopes: readonly string[];
}

@ObjectType({ description: '`resource`: the id of a ledger.', simpleResolvers: true })
export class Permission {
  constructor({ action, resource }: access.Permission) {
    this.action = action;
    this.resource = resource;
  }

  @Field(() => String)
  readonly action: string;

  @Field(() => String)
  readonly resource: string;
}

export interface SignerFacts {
  readonly id: string;
  readonly member: Member | null;
  readonly scheme: keyof typeof SignatureSchemeEnum;
  readonly identity: string;
}

@ObjectType({ description: 'A key that Parley signs with for the caller.', simpleResolvers: true })
export class Signer {
  constructor({ id, member, scheme, identity }: SignerFacts) {
    this.id = id;
    this.member = member;
    this.scheme = scheme;
    this.identity = identity;
  }

  @Field(() => ID)
  readonly id: string;

  @Field(() => Member, { nullable: true })
  readonly member: Member | null;

  @Field(() => SignatureSchemeEnum)
  readonly scheme: keyof typeof SignatureSchemeEnum;

  @Field(() => String, { description: 'MSP id and subject, or address.' })
  readonly identity: string;
}

@ObjectType({ description: 'Who is asking, and what they may do.', simpleResolvers: true })
export class Viewer {
  constructor(principal: access.Principal, permissions: readonly access.Permission[]) {
    this.principal = new Principal(principal);
    this.can = permissions.map((one) => new Permission(one));
  }

  @Field(() => Principal)
  readonly principal: Principal;

  @Field(() => [Permission])
  readonly can: readonly Permission[];
}
