import { msp } from '@hyperledger/fabric-protos';
import { latin1 } from '../wire/bytes.js';
import type { Identity } from './identity.js';
import { Msp, type MspRefusal, type NodeRole } from './msp.js';
import type { HashFamily } from './signature.js';

/** Type 0 of `msp.MSPConfig`: X.509. Idemix (1) has no certificates and is not judged. */
const FABRIC_MSP = 0;
const MAX_REMEMBERED = 1_000;

/** The MSPs of one configuration, by MSP id. */
export class Membership {
  constructor(
    private readonly msps: ReadonlyMap<string, Msp>,
    private readonly orderers: ReadonlySet<string>,
  ) {}

  has(mspId: string): boolean {
    return this.msps.has(mspId);
  }

  /** Whether the identity belongs to an organisation of the channel and is valid at that time. */
  holds(identity: Identity, atMs: number): boolean {
    return this.msps.get(identity.facts.mspId)?.holds(identity, atMs) ?? false;
  }

  /**
   * Whether the identity belongs to an organisation of the orderer group. Like Fabric's peers it does not ask when the certificate
   * ends: a channel whose orderers' certificates have expired goes on, and its configuration with it.
   */
  holdsOrderer(identity: Identity): boolean {
    const { mspId } = identity.facts;
    return this.orderers.has(mspId) && (this.msps.get(mspId)?.admits(identity) ?? false);
  }

  /** Why the identity is no valid one of the channel at that time; null where it is. */
  refusal(identity: Identity, atMs: number): MspRefusal | 'UNKNOWN_MSP' | null {
    const msp = this.msps.get(identity.facts.mspId);
    return msp === undefined ? 'UNKNOWN_MSP' : msp.refusal(identity, atMs);
  }

  /** Whether an identity that `holds` has the node role in its organisation. */
  hasRole(identity: Identity, role: NodeRole): boolean {
    return this.msps.get(identity.facts.mspId)?.hasRole(identity, role) ?? false;
  }

  hashFamily(mspId: string): HashFamily {
    return this.msps.get(mspId)?.hashFamily ?? 'SHA2';
  }
}

/** Reads MSPs; one that a config update leaves as it was stays the same object with what it has judged already. */
export class MspReader {
  private readonly known = new Map<string, Msp>();

  /** MSP id and MSP of `msp.MSPConfig` bytes; null where they are of another kind or unreadable. */
  read(bytes: Uint8Array): { readonly mspId: string; readonly msp: Msp } | null {
    const config = openMspConfig(bytes);
    if (config === null) return null;
    const key = latin1(bytes);
    const found = this.known.get(key) ?? new Msp(config);
    if (this.known.size >= MAX_REMEMBERED) this.known.clear();
    this.known.set(key, found);
    return { mspId: config.getName(), msp: found };
  }
}

export function openMspConfig(bytes: Uint8Array): msp.FabricMSPConfig | null {
  try {
    const config = msp.MSPConfig.deserializeBinary(bytes);
    return config.getType() === FABRIC_MSP ? msp.FabricMSPConfig.deserializeBinary(config.getConfig_asU8()) : null;
  } catch {
    return null; // An organisation without a readable MSP has no valid identities.
  }
}
