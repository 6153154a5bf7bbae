import { peer } from '@hyperledger/fabric-protos';
import type { Layout } from '../../policy/layouts.js';
import type { Channel } from '../channel.js';
import { reasonOf } from '../messages/response.js';
import type { PeerNode } from '../node.js';
import { endorsementLayouts } from './layouts.js';

/** Which peers a gateway finds for a call. */
export class Registry {
  constructor(
    /** The peer that the gateway belongs to. */
    readonly local: PeerNode,
    private readonly peers: readonly PeerNode[],
    private readonly channels: ReadonlyMap<string, Channel>,
  ) {}

  /** Peers of the organisations that the channel, as the local peer has it, names now. */
  peersOf(channel: string): PeerNode[] {
    const members = this.local.view(channel)?.bundle.applicationMspIds ?? [];
    return this.peers.filter((node) => members.includes(node.mspId) && node.view(channel) !== null);
  }

  /** Every peer that this one knows. */
  all(): readonly PeerNode[] {
    return this.peers;
  }

  /** Peers of the channel that can run the chaincode, the local one first. */
  peersWith(channel: string, chaincode: string): PeerNode[] {
    return this.peersOf(channel)
      .filter((node) => node.runnableVersion(channel, chaincode) !== null)
      .sort((a, b) => Number(b === this.local) - Number(a === this.local));
  }

  /** Throws in Fabric's words where no set of peers would do. Sets with `preferred` come first, otherwise in any order. */
  layouts(channel: string, interest: peer.ChaincodeInterest, preferred: string | null): readonly Layout[] {
    const view = this.local.view(channel);
    try {
      if (view === null) {
        const [call] = interest.getChaincodesList();
        throw new Error(`No metadata was found for chaincode ${call?.getName() ?? ''} in channel ${channel}`);
      }
      const layouts = shuffled(endorsementLayouts(view, interest, this.peersOf(channel)));
      const has = (layout: Layout): boolean => preferred !== null && layout.includes(preferred);
      return layouts.sort((a, b) => Number(has(b)) - Number(has(a)));
    } catch (error) {
      throw new Error(
        `no combination of peers can be derived which satisfy the endorsement policy: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  }

  knows(channel: string): boolean {
    return this.channels.has(channel) && this.local.view(channel) !== null;
  }
}

/** The interest of a call that nothing more is known of. */
export function interestIn(chaincode: string): peer.ChaincodeInterest {
  const call = new peer.ChaincodeCall();
  call.setName(chaincode);
  const interest = new peer.ChaincodeInterest();
  interest.setChaincodesList([call]);
  return interest;
}

/** Spreads load over layouts that are as good as each other. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
