import type { peer } from '@hyperledger/fabric-protos';
import { mspOf } from '../../msp/principal.js';
import { implicitOwner, staticCollection } from './definition.js';
import type { ChaincodeParameters } from './definition.js';

/** MSP ids that stand in a collection's member policy. */
export function memberMspIds(collection: peer.StaticCollectionConfig): string[] {
  const identities = collection.getMemberOrgsPolicy()?.getSignaturePolicy()?.getIdentitiesList() ?? [];
  return [...new Set(identities.flatMap((principal) => mspOf(principal) ?? []))];
}

/** True where peers of the organisation keep the values of the collection. */
export function keepsCollection(definition: ChaincodeParameters | null, collection: string, mspId: string): boolean {
  const owner = implicitOwner(collection);
  if (owner !== null) return owner === mspId;
  if (definition === null) return false;
  const config = staticCollection(definition, collection);
  return config !== null && memberMspIds(config).includes(mspId);
}
