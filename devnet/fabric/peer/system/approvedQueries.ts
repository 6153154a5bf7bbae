import { peer } from '@hyperledger/fabric-protos';
import {
  LIFECYCLE,
  fillResult,
  implicitCollection,
  readPackageId,
  readParameters,
  readSequence,
} from '../lifecycle/definition.js';
import { DEFINITIONS, readMetadata } from '../lifecycle/serializer.js';
import type { ReadableState } from '../lifecycle/serializer.js';
import type { Simulator } from '../simulate/simulator.js';
import { argumentsOf } from './arguments.js';

const { lifecycle } = peer;

/** What the peer's own organisation approved under a name; without a sequence, the latest. */
export function approvedDefinition(
  own: ReadableState,
  publicState: ReadableState,
  channel: string,
  args: Uint8Array,
): peer.lifecycle.QueryApprovedChaincodeDefinitionResult {
  const request = argumentsOf('QueryApprovedChaincodeDefinition', lifecycle.QueryApprovedChaincodeDefinitionArgs, args);
  const name = request.getName();
  const sequence = request.getSequence() || latestApproval(own, publicState, name);
  if (readMetadata(own, DEFINITIONS, `${name}#${sequence}`) === null) {
    throw new Error(
      `could not fetch approved chaincode definition (name: '${name}', sequence: '${sequence}') on channel '${channel}'`,
    );
  }
  return filled(new lifecycle.QueryApprovedChaincodeDefinitionResult(), own, name, sequence);
}

/** Every approval of the peer's own organisation. */
export function approvedDefinitions(
  own: ReadableState,
  simulator: Simulator,
  mspId: string,
): peer.lifecycle.QueryApprovedChaincodeDefinitionsResult {
  const prefix = `${DEFINITIONS}/metadata/`;
  const result = new lifecycle.QueryApprovedChaincodeDefinitionsResult();
  simulator.beforePrivateQuery();
  for (const { key } of simulator.privateRange(LIFECYCLE, implicitCollection(mspId), prefix, `${prefix}\x7f`)) {
    const [name = '', sequence] = key.slice(prefix.length).split('#');
    const item = new lifecycle.QueryApprovedChaincodeDefinitionsResult.ApprovedChaincodeDefinition();
    item.setName(name);
    result.addApprovedChaincodeDefinitions(filled(item, own, name, Number(sequence)));
  }
  return result;
}

function latestApproval(own: ReadableState, publicState: ReadableState, name: string): number {
  const current = readSequence(publicState, name);
  return readMetadata(own, DEFINITIONS, `${name}#${current + 1}`) === null ? current : current + 1;
}

type Approved = peer.lifecycle.QueryApprovedChaincodeDefinitionResult &
  Pick<peer.lifecycle.QueryApprovedChaincodeDefinitionResult, 'setSource'>;

function filled<T extends Parameters<typeof fillResult>[0] & Pick<Approved, 'setSource'>>(
  result: T,
  own: ReadableState,
  name: string,
  sequence: number,
): T {
  fillResult(result, { sequence, ...readParameters(own, `${name}#${sequence}`) });
  result.setSource(sourceOf(readPackageId(own, name, sequence) ?? ''));
  return result;
}

function sourceOf(packageId: string): peer.lifecycle.ChaincodeSource {
  const source = new lifecycle.ChaincodeSource();
  if (packageId === '') {
    source.setUnavailable(new lifecycle.ChaincodeSource.Unavailable());
    return source;
  }
  const local = new lifecycle.ChaincodeSource.Local();
  local.setPackageId(packageId);
  source.setLocalPackage(local);
  return source;
}
