import type { peer } from '@hyperledger/fabric-protos';
import type { Invocation } from '../invocation.js';
import { implicitOwner, readDefinition, staticCollection } from '../lifecycle/definition.js';
import type { TransactionContext } from './transactionContext.js';

type Access = 'read' | 'write';

/** Throws where a collection is for its members' clients only and the creator of the proposal is none of them. */
export function checkCollectionAccess(context: TransactionContext, collection: string, access: Access): void {
  if (context.isInit) throw new Error('private data APIs are not allowed in chaincode Init()');
  const { namespace, simulator, invocation } = context;
  const definition = readDefinition(simulator.lifecycle, namespace);
  if (implicitOwner(collection) !== null) return;
  const config = definition === null ? null : staticCollection(definition, collection);
  if (config === null) {
    throw new Error(`collection ${invocation.channel}/${namespace}/${collection} could not be found`);
  }
  const membersOnly = access === 'read' ? config.getMemberOnlyRead() : config.getMemberOnlyWrite();
  if (membersOnly && !isMember(invocation, config)) {
    throw new Error(
      `tx creator does not have ${access} access permission on privatedata in chaincodeName:${namespace} collectionName: ${collection}`,
    );
  }
}

function isMember(invocation: Invocation, config: peer.StaticCollectionConfig): boolean {
  const policy = config.getMemberOrgsPolicy()?.getSignaturePolicy();
  return policy !== undefined && invocation.view?.bundle.satisfies(policy, [invocation.signed]) === true;
}
