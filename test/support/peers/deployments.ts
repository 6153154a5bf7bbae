import { deployChaincode, type DeployOptions } from '../../../devnet/fabric/deploy.js';
import { freeAddress, HARVEST, MERIDIAN, NORTHWIND, type FabricWorld } from '../../contract/embeddedFabric/world.js';

const PRICES = {
  name: 'prices',
  policy: `OR('${HARVEST}.member', '${NORTHWIND}.member')`,
  memberOnlyRead: true,
  memberOnlyWrite: true,
};
const OWN = { name: 'own', policy: `OR('${HARVEST}.member')` };
const EITHER = `OutOf(1, '${HARVEST}.peer', '${MERIDIAN}.peer', '${NORTHWIND}.peer')`;

/** The chaincodes of the script: `begun` has the service of `assets`; nothing answers for `down`. */
export async function deployAll(world: FabricWorld): Promise<void> {
  const service = { address: await freeAddress() };
  const shared = { version: '1.0', label: 'assets_1.0', service };
  const on = (channel: string, name: string): DeployOptions => ({ ...shared, channel, name });
  await world.serve(on('trade', 'assets'));
  await Promise.all([world.redeploy(on('payments', 'assets')), deployOnTrade(world, on)]);
}

async function deployOnTrade(world: FabricWorld, on: (channel: string, name: string) => DeployOptions): Promise<void> {
  await world.redeploy({ ...on('trade', 'assets'), collections: [PRICES, OWN] });
  await world.redeploy({ ...on('trade', 'begun'), initRequired: true });
  const nobody = { address: await freeAddress(), dialTimeout: '1s' };
  await world.redeploy({ ...on('trade', 'down'), label: 'down_1.0', service: nobody });
  const partly = { ...on('trade', 'partly'), label: 'partly_1.0', service: { address: await freeAddress() } };
  await world.serve(partly);
  const two = [HARVEST, MERIDIAN].map((mspId) => world.organization(mspId));
  await deployChaincode(two, { ...partly, endorsementPolicy: EITHER });
}
