import { common, peer } from '@hyperledger/fabric-protos';
import type { StateEntry } from '../state/entry.js';
import { VALIDATION_PARAMETER } from '../validate/policies.js';

/** Whose policies a transaction has to meet in one chaincode. */
interface Requirements {
  /** By collection, empty for public keys: true where a key without a policy of its own was written. */
  readonly policyOf: Map<string, boolean>;
  readonly keyPolicies: common.SignaturePolicyEnvelope[];
  readonly privateReads: Set<string>;
}

/** Gathers whose endorsement a simulated transaction will need, and says it as Fabric's `ChaincodeInterest`. */
export class TouchedKeys {
  readonly #byChaincode = new Map<string, Requirements>();

  /** A key that is written; `entry` is what stands there now. */
  note(chaincode: string, collection: string, entry: StateEntry | undefined): void {
    const requirements = this.#of(chaincode);
    if (!requirements.policyOf.has('')) requirements.policyOf.set('', false);
    const own = entry?.metadata?.get(VALIDATION_PARAMETER);
    if (own === undefined) requirements.policyOf.set(collection, true);
    else requirements.keyPolicies.push(common.SignaturePolicyEnvelope.deserializeBinary(own));
  }

  notePrivateRead(chaincode: string, collection: string): void {
    this.#of(chaincode).privateReads.add(collection);
  }

  /** `chaincodes`: everything in the read-write set; what is built in needs no endorsement of its own. */
  interest(chaincodes: readonly string[], isBuiltIn: (name: string) => boolean): peer.ChaincodeInterest {
    const interest = new peer.ChaincodeInterest();
    for (const name of chaincodes.filter((candidate) => !isBuiltIn(candidate))) {
      interest.setChaincodesList([...interest.getChaincodesList(), ...this.#callsOf(name)]);
    }
    return interest;
  }

  #callsOf(name: string): peer.ChaincodeCall[] {
    const requirements = this.#of(name);
    const { policyOf, keyPolicies, privateReads } = requirements;
    // A chaincode that only read still needs its policy met.
    if (policyOf.size === 0) policyOf.set('', true);
    for (const collection of privateReads) policyOf.set(collection, true);
    return [...policyOf.keys()].flatMap((collection) => {
      const call = new peer.ChaincodeCall();
      call.setName(name);
      if (collection !== '') {
        call.setCollectionNamesList([collection]);
        call.setNoPrivateReads(!privateReads.has(collection));
        return [call];
      }
      const required = policyOf.get('') === true;
      if (!required && keyPolicies.length === 0) return [];
      call.setKeyPoliciesList(keyPolicies);
      call.setDisregardNamespacePolicy(!required);
      return [call];
    });
  }

  #of(chaincode: string): Requirements {
    const known = this.#byChaincode.get(chaincode);
    if (known !== undefined) return known;
    const made: Requirements = { policyOf: new Map(), keyPolicies: [], privateReads: new Set() };
    this.#byChaincode.set(chaincode, made);
    return made;
  }
}
