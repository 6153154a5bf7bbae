import { FabricWorld } from './embeddedFabric/world.js';
import { fabricWritesContract } from './fabricWrites.contract.js';

const organizations = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'];
for (const consensus of ['BFT', 'RAFT'] as const) {
  fabricWritesContract(`embedded Fabric, ${consensus},`, () =>
    FabricWorld.start({ channels: [{ name: 'trade', consensus, organizations, batchTimeoutMs: 20 }] }),
  );
}
