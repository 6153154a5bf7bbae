import { X509Certificate } from 'node:crypto';
import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import type * as keys from '../../keys/signer.js';
import { distinguishedName } from '../../lib/distinguishedName.js';
import type { RequestContext } from '../context.js';
import { Member } from './member.js';
import { actingFor, memberByKey } from './members.js';
import { Signer, Viewer } from './viewer.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer)
  viewer(@Ctx() { principal, permissions }: RequestContext): Viewer {
    return new Viewer(principal, permissions);
  }

  @FieldResolver(() => [Member], { description: 'The parties that the caller may act for.' })
  async members(@Ctx() context: RequestContext): Promise<readonly Member[]> {
    const ids = actingFor(context);
    const members = await Promise.all(ids.map((id) => memberByKey(context, id)));
    return members.filter((member) => member !== null);
  }

  @FieldResolver(() => [Signer], { description: 'What Parley can sign with for the caller.' })
  signers(@Ctx() context: RequestContext): Promise<readonly Signer[]> {
    return Promise.all(context.writes.signers().map((signer) => shown(context, signer)));
  }
}

async function shown(context: RequestContext, { id, member, scheme, identity }: keys.Signer): Promise<Signer> {
  return new Signer({ id, scheme, member: await memberByKey(context, member), identity: named(identity) });
}

function named(identity: keys.SigningIdentity): string {
  if (identity.kind === 'ethereum') return identity.address;
  const { subject } = new X509Certificate(identity.certificate);
  return `${identity.mspId} ${distinguishedName(subject)}`;
}
