import type { common } from '@hyperledger/fabric-protos';
import type { peer } from '@hyperledger/fabric-protos';
import { memberMspIds } from './collections.js';
import { staticCollections } from './definition.js';
import type { ChaincodeDefinition } from './definition.js';

const NAME = /^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/;
const VERSION = /^[A-Za-z0-9_.+-]+$/;
const COLLECTION = /^[A-Za-z0-9-]+([A-Za-z0-9_-]+)*$/;
const SYSTEM = new Set(['cscc', 'escc', 'lscc', 'qscc', 'vscc']);

/** Throws in Fabric's words where a definition could not be used. `known`: the MSP ids of the channel. */
export function checkDefinition(
  definition: ChaincodeDefinition,
  known: readonly string[],
  committed: ChaincodeDefinition | null,
): void {
  const { name, version } = definition;
  if (!NAME.test(name)) {
    throw new Error(
      `invalid chaincode name '${name}'. Names can only consist of alphanumerics, '_', and '-' and can only begin with alphanumerics`,
    );
  }
  if (SYSTEM.has(name)) throw new Error(`chaincode name '${name}' is the name of a system chaincode`);
  if (!VERSION.test(version)) {
    throw new Error(
      `invalid chaincode version '${version}'. Versions can only consist of alphanumerics, '_', '-', '+', and '.'`,
    );
  }
  const collections = staticCollections(definition);
  checkCollections(collections, known);
  if (committed !== null) checkAgainst(collections, staticCollections(committed));
}

function checkCollections(collections: readonly peer.StaticCollectionConfig[], known: readonly string[]): void {
  const names = new Set<string>();
  for (const collection of collections) {
    const name = collection.getName();
    if (!COLLECTION.test(name)) {
      throw new Error(
        `invalid collection name '${name}'. Names can only consist of alphanumerics, '_', and '-' and cannot begin with '_'`,
      );
    }
    if (names.has(name)) throw new Error(`collection-name: ${name} -- found duplicate in collection configuration`);
    names.add(name);
    checkPeerCounts(collection);
    checkMembers(collection, known);
  }
}

function checkPeerCounts(collection: peer.StaticCollectionConfig): void {
  const required = collection.getRequiredPeerCount();
  const maximum = collection.getMaximumPeerCount();
  const name = collection.getName();
  if (maximum < required) {
    throw new Error(
      `collection-name: ${name} -- maximum peer count (${maximum}) cannot be less than the required peer count (${required})`,
    );
  }
  if (required < 0) {
    throw new Error(`collection-name: ${name} -- requiredPeerCount (${required}) cannot be less than zero`);
  }
}

function checkMembers(collection: peer.StaticCollectionConfig, known: readonly string[]): void {
  const name = collection.getName();
  const policy = collection.getMemberOrgsPolicy();
  if (policy === undefined) throw new Error(`collection member policy is not set for collection '${name}'`);
  const rule = policy.getSignaturePolicy()?.getRule();
  if (rule === undefined) throw new Error(`collection member org policy is empty for collection '${name}'`);
  checkOnlyOrs(rule, name);
  const stranger = memberMspIds(collection).find((mspId) => !known.includes(mspId));
  if (stranger !== undefined) {
    throw new Error(`collection-name: ${name} -- collection member '${stranger}' is not part of the channel`);
  }
}

function checkOnlyOrs(rule: common.SignaturePolicy, name: string): void {
  const gate = rule.getNOutOf();
  if (gate === undefined) return;
  if (gate.getN() !== 1) {
    throw new Error(
      `collection-name: ${name} -- error in member org policy: signature policy is not an OR concatenation, NOutOf ${gate.getN()}`,
    );
  }
  for (const inner of gate.getRulesList()) checkOnlyOrs(inner, name);
}

/** Collections stay for ever, and live as long as they were made to. */
function checkAgainst(
  proposed: readonly peer.StaticCollectionConfig[],
  committed: readonly peer.StaticCollectionConfig[],
): void {
  if (committed.length > 0 && proposed.length === 0) {
    throw new Error('the proposed collection config does not contain previously defined collections');
  }
  for (const known of committed) {
    const name = known.getName();
    const next = proposed.find((candidate) => candidate.getName() === name);
    if (next === undefined) {
      throw new Error(`existing collection [${name}] missing in the proposed collection configuration`);
    }
    if (next.getBlockToLive() !== known.getBlockToLive()) {
      throw new Error(
        `the BlockToLive in an existing collection [${name}] modified. Existing value [${known.getBlockToLive()}]`,
      );
    }
  }
}
