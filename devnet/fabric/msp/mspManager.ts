import { msp } from '@hyperledger/fabric-protos';
import type { Msp } from './msp.js';
import { type Identity } from './msp.js';

/** The MSPs of one channel, by their ids. */
export class MspManager {
  private readonly msps: ReadonlyMap<string, Msp>;

  constructor(msps: readonly Msp[]) {
    this.msps = new Map(msps.map((member) => [member.id, member]));
  }

  get ids(): readonly string[] {
    return [...this.msps.keys()];
  }

  /** @throws {Error} in Fabric's words where the bytes name no MSP of the channel or hold no certificate */
  deserialize(serializedIdentity: Uint8Array): Identity {
    const identity = msp.SerializedIdentity.deserializeBinary(serializedIdentity);
    const provider = this.msps.get(identity.getMspid());
    if (provider === undefined) throw new Error(`MSP ${identity.getMspid()} is not defined on channel`);
    return provider.identity(identity.getIdBytes_asU8());
  }

  /** As `deserialize`; null where the identity cannot be read. */
  find(serializedIdentity: Uint8Array): Identity | null {
    try {
      return this.deserialize(serializedIdentity);
    } catch {
      // A policy takes an identity that nobody can read for no signature at all.
      return null;
    }
  }
}
