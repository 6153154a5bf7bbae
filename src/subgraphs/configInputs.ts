import { Directive, Field, InputType, Int } from 'type-graphql';
import { BigIntScalar, BytesScalar } from './scalars.js';

// What may be changed of a channel's configuration. Shared by the subgraphs that take writes.

@InputType()
export class HostPortInput {
  @Field(() => String)
  host!: string;

  @Field(() => Int)
  port!: number;
}

@InputType()
export class OrganizationInput {
  @Field(() => String)
  mspId!: string;

  @Field(() => [String])
  rootCertificates!: string[];

  @Field(() => [String], { nullable: true })
  intermediateCertificates?: string[] | null;

  @Field(() => [String], { nullable: true })
  admins?: string[] | null;

  @Field(() => [String])
  tlsRootCertificates!: string[];

  @Field(() => Boolean, { nullable: true, defaultValue: true })
  nodeOUs?: boolean | null;

  @Field(() => [HostPortInput], { nullable: true })
  anchorPeers?: HostPortInput[] | null;
}

@InputType()
export class AnchorPeersInput {
  @Field(() => String)
  mspId!: string;

  @Field(() => [HostPortInput])
  anchorPeers!: HostPortInput[];
}

@InputType()
export class BatchSettingsInput {
  @Field(() => Int, { nullable: true })
  timeoutMs?: number | null;

  @Field(() => Int, { nullable: true })
  maxMessageCount?: number | null;

  @Field(() => BigIntScalar, { nullable: true })
  absoluteMaxBytes?: string | null;

  @Field(() => BigIntScalar, { nullable: true })
  preferredMaxBytes?: string | null;
}

@InputType()
export class SetPolicyInput {
  @Field(() => String)
  path!: string;

  @Field(() => String)
  rule!: string;
}

@InputType()
export class SetCapabilitiesInput {
  @Field(() => String)
  group!: string;

  @Field(() => [String])
  capabilities!: string[];
}

@Directive('@oneOf')
@InputType()
export class FabricConfigActionInput {
  @Field(() => OrganizationInput, { nullable: true })
  addOrganization?: OrganizationInput | null;

  @Field(() => String, { nullable: true })
  removeOrganization?: string | null;

  @Field(() => OrganizationInput, { nullable: true, description: 'New certificates for one’s own organisation.' })
  updateOrganization?: OrganizationInput | null;

  @Field(() => AnchorPeersInput, { nullable: true })
  setAnchorPeers?: AnchorPeersInput | null;

  @Field(() => BatchSettingsInput, { nullable: true })
  setBatch?: BatchSettingsInput | null;

  @Field(() => SetPolicyInput, { nullable: true })
  setPolicy?: SetPolicyInput | null;

  @Field(() => SetCapabilitiesInput, { nullable: true })
  setCapabilities?: SetCapabilitiesInput | null;

  @Field(() => BytesScalar, { nullable: true, description: 'A serialised common.ConfigUpdate made elsewhere.' })
  configUpdate?: string | null;
}
