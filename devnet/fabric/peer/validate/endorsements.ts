import { peer } from '@hyperledger/fabric-protos';
import type { ChannelBundle, SignedData } from '../../ports.js';
import { LIFECYCLE, implicitOwner, staticCollection } from '../lifecycle/definition.js';
import type { ChaincodeDefinition } from '../lifecycle/definition.js';
import { definitionIn } from '../lifecycle/lifecycleState.js';
import type { NamespaceReadWriteSet } from '../messages/readWriteSet.js';
import { endorsementSignatures } from '../messages/transaction.js';
import { hashedNamespace } from '../state/entry.js';
import type { StateReader } from '../state/entry.js';
import type { CheckedTransaction } from './envelope.js';
import {
  LIFECYCLE_POLICY,
  VALIDATION_PARAMETER,
  applicationGroupNames,
  satisfiesApplicationPolicy,
  satisfiesKeyPolicy,
  satisfiesReference,
} from './policies.js';

const Code = peer.TxValidationCode;
type ValidationCode = (typeof Code)[keyof typeof Code];
type EndorserTransaction = Extract<CheckedTransaction, { type: 'endorser' }>;

interface WrittenKey {
  /** Empty for public keys. */
  readonly collection: string;
  readonly stateNamespace: string;
  readonly key: string;
}

/**
 * Evaluates endorsement policies of one block's transactions against the state before the block. A transaction that writes a key
 * whose own policy an earlier one of the same block changes is refused, whatever becomes of the earlier one later.
 */
export class EndorsementCheck {
  readonly #changedPolicies = new Set<string>();

  constructor(
    private readonly state: StateReader,
    private readonly bundle: ChannelBundle,
  ) {}

  codeOf(transaction: EndorserTransaction): ValidationCode {
    const signed = endorsementSignatures(transaction.action);
    for (const namespace of this.#writtenNamespaces(transaction)) {
      const code = this.#codeOfNamespace(transaction, namespace, signed);
      if (code !== Code.VALID) return code;
    }
    this.#noteChangedPolicies(transaction);
    return Code.VALID;
  }

  #writtenNamespaces(transaction: EndorserTransaction): Set<string> {
    const written = transaction.sets.filter(writes).map((set) => set.namespace);
    return new Set([transaction.chaincode, ...written]);
  }

  #codeOfNamespace(transaction: EndorserTransaction, namespace: string, signed: readonly SignedData[]): ValidationCode {
    const definition = namespace === LIFECYCLE ? null : definitionIn(this.state, namespace);
    if (namespace !== LIFECYCLE && definition === null) return Code.INVALID_CHAINCODE;
    const set = transaction.sets.find((candidate) => candidate.namespace === namespace);
    const policies = new NamespacePolicies(this.bundle, definition, signed);
    const met = set === undefined || writtenKeys(set).every((key) => this.#keyIsEndorsed(key, policies, signed));
    return met && policies.atLeastOne() ? Code.VALID : Code.ENDORSEMENT_POLICY_FAILURE;
  }

  #keyIsEndorsed(written: WrittenKey, policies: NamespacePolicies, signed: readonly SignedData[]): boolean {
    if (this.#changedPolicies.has(policyKey(written))) return false;
    const metadata = this.state.get(written.stateNamespace, written.key)?.metadata;
    const own = metadata?.get(VALIDATION_PARAMETER);
    if (own === undefined || own.length === 0) return policies.ofCollection(written.collection);
    policies.noteKeyPolicy();
    return satisfiesKeyPolicy(this.bundle, own, signed);
  }

  #noteChangedPolicies(transaction: EndorserTransaction): void {
    for (const set of transaction.sets) {
      for (const key of metadataKeys(set)) this.#changedPolicies.add(policyKey(key));
    }
  }
}

/** The policies of one namespace for one transaction: each is evaluated once, and one of any kind must have been. */
class NamespacePolicies {
  readonly #results = new Map<string, boolean>();
  #evaluated = false;

  constructor(
    private readonly bundle: ChannelBundle,
    private readonly definition: ChaincodeDefinition | null,
    private readonly signed: readonly SignedData[],
  ) {}

  noteKeyPolicy(): void {
    this.#evaluated = true;
  }

  atLeastOne(): boolean {
    return this.#evaluated || this.ofCollection('');
  }

  ofCollection(collection: string): boolean {
    this.#evaluated = true;
    const known = this.#results.get(collection);
    if (known !== undefined) return known;
    const result = this.#evaluate(collection);
    this.#results.set(collection, result);
    return result;
  }

  #evaluate(collection: string): boolean {
    const owner = implicitOwner(collection);
    if (owner !== null) return this.#ofImplicit(owner);
    if (this.definition === null) return satisfiesReference(this.bundle, LIFECYCLE_POLICY, this.signed);
    if (collection === '') {
      return satisfiesApplicationPolicy(this.bundle, this.definition.validationParameter, this.signed);
    }
    const config = staticCollection(this.definition, collection);
    if (config === null) return false;
    const own = config.getEndorsementPolicy();
    if (own === undefined) return this.ofCollection('');
    return satisfiesApplicationPolicy(this.bundle, own.serializeBinary(), this.signed);
  }

  #ofImplicit(mspId: string): boolean {
    const group = applicationGroupNames(this.bundle.config).get(mspId);
    return (
      group !== undefined && satisfiesReference(this.bundle, `/Channel/Application/${group}/Endorsement`, this.signed)
    );
  }
}

const writes = (set: NamespaceReadWriteSet): boolean => writtenKeys(set).length > 0;

function writtenKeys(set: NamespaceReadWriteSet): WrittenKey[] {
  const publicKeys = set.writes.map(({ key }) => publicKey(set, key));
  const hashed = set.collections.flatMap(({ collection, writes: keys }) =>
    keys.map(({ key }) => hashedKey(set, collection, key)),
  );
  return [...publicKeys, ...hashed, ...metadataKeys(set)];
}

function metadataKeys(set: NamespaceReadWriteSet): WrittenKey[] {
  const hashed = set.collections.flatMap(({ collection, metadataWrites }) =>
    metadataWrites.map(({ key }) => hashedKey(set, collection, key)),
  );
  return [...set.metadataWrites.map(({ key }) => publicKey(set, key)), ...hashed];
}

const publicKey = ({ namespace }: NamespaceReadWriteSet, key: string): WrittenKey => ({
  collection: '',
  stateNamespace: namespace,
  key,
});

const hashedKey = ({ namespace }: NamespaceReadWriteSet, collection: string, key: string): WrittenKey => ({
  collection,
  stateNamespace: hashedNamespace(namespace, collection),
  key,
});

const policyKey = ({ stateNamespace, key }: WrittenKey): string => `${stateNamespace}\0\0${key}`;
