import type { ChaincodeName } from './options.js';

/** A private data collection, in the words of Fabric's collection configuration. */
export interface CollectionDefinition {
  readonly name: string;
  /** Signature policy expression: the members. */
  readonly policy: string;
  readonly requiredPeerCount: number;
  readonly maxPeerCount: number;
  /** Blocks that the data is kept; 0 for ever. */
  readonly blockToLive: number;
  readonly memberOnlyRead: boolean;
  readonly memberOnlyWrite: boolean;
}

/** A chaincode as it is committed on a channel of the dev world; endorsement by the channel's own policy (a majority). */
export interface ChaincodeDeployment {
  readonly channel: string;
  readonly name: ChaincodeName;
  readonly version: string;
  readonly collections: readonly CollectionDefinition[];
}

const VERSION = '1.0';

/** Seller's and buyer's organisations know what was paid; the carrier need not. */
const PRICES: CollectionDefinition = {
  name: 'prices',
  policy: "OR('HarvestMSP.member', 'NorthwindMSP.member')",
  requiredPeerCount: 0,
  maxPeerCount: 1,
  blockToLive: 0,
  memberOnlyRead: true,
  memberOnlyWrite: true,
};

/** Which chaincode is where in the dev world. */
export const DEV_WORLD_CHAINCODES: readonly ChaincodeDeployment[] = [
  { channel: 'trade', name: 'consortium', version: VERSION, collections: [] },
  { channel: 'trade', name: 'goods', version: VERSION, collections: [PRICES] },
  { channel: 'payments', name: 'consortium', version: VERSION, collections: [] },
  { channel: 'payments', name: 'invoices', version: VERSION, collections: [] },
];
