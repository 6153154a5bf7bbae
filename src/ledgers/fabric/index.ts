import { ParleyError } from '../../errors/index.js';
import { fabricLedgerId, type LedgerId } from '../../model/ids.js';
import type { FabricLedger } from '../ledger.js';
import { FabricChannel } from './fabricLedger.js';
import { ChannelReader } from './live/channelReader.js';
import { Peer } from './live/peer.js';
import { PeerSet } from './live/peerSet.js';
import { PeerProblem } from './live/peerProblem.js';
import { peerAddresses } from './live/profile.js';
import { clientSigner } from './live/signer.js';
import { DEFAULT_TIMINGS, type FabricLedgerOptions } from './options.js';

export type { FabricClientIdentity, FabricLedgerOptions, FabricTimings } from './options.js';
export * from './configuration.js';
export { readProposal } from './signing/readProposal.js';
export { readTransaction } from './signing/readTransaction.js';

/**
 * Opens a Fabric channel. Its peers are asked for the genesis block, whose header hash is the ledger's id, unless the options tell
 * the hash or the id; then nothing is asked yet. Throws `CONFIG_INVALID`, `LEDGER_UNAVAILABLE`, `LEDGER_REFUSED`, `LEDGER_MISMATCH`.
 */
export async function createFabricLedger(options: FabricLedgerOptions): Promise<FabricLedger> {
  const { name, channel } = options;
  const timings = { ...DEFAULT_TIMINGS, ...options.timings };
  const signer = clientSigner(name, options.identity);
  const peers = new PeerSet(
    { ledger: name, channel },
    peerAddresses(options).map((address) => new Peer(address)),
    timings,
  );
  const reader = new ChannelReader(channel, signer, timings.answerTimeoutMs);
  try {
    const id = configuredId(options) ?? (await askedId(peers, reader));
    const startBlock = options.startBlock ?? 0;
    return new FabricChannel({ id, name, channel, startBlock, signer, peers, reader, timings });
  } catch (error) {
    for (const peer of peers.peers) peer.close();
    throw error;
  }
}

function configuredId({ name, genesisHash, knownId }: FabricLedgerOptions): LedgerId | null {
  const told = genesisHash == null || genesisHash === '' ? null : fabricLedgerId(genesisHash.toLowerCase());
  if (told !== null && knownId != null && told !== knownId)
    throw new ParleyError('LEDGER_MISMATCH', `Ledger ${name} was indexed as another channel than configured`, {
      source: name,
      got: told,
      expected: knownId,
      fix: 'Correct `genesisHash`, or give the ledger another name.',
    });
  return told ?? knownId ?? null;
}

async function askedId(peers: PeerSet, reader: ChannelReader): Promise<LedgerId> {
  const { signal } = new AbortController();
  return peers.ask(signal, async (peer) => {
    const genesis = await reader.block(peer, 0, signal);
    if (genesis === null) throw new PeerProblem('lacking', 'The peer has no genesis block');
    return fabricLedgerId(genesis.hash);
  });
}
