import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FabricWorld, HARVEST, MERIDIAN, freeAddress, text } from './world.js';
import type { DeployOptions } from '../../../devnet/fabric/deploy.js';

let world: FabricWorld;
let options: DeployOptions;

beforeAll(async () => {
  world = await FabricWorld.start();
  options = { channel: 'trade', name: 'assets', version: '1.0', service: { address: await freeAddress() } };
  expect(await world.deploy(options)).toMatchObject({ sequence: 1 });
});
afterAll(() => world?.close());

describe('transactions through the unmodified gateway client', () => {
  test('what is submitted is read back, on every peer', async () => {
    const contract = world.session(HARVEST).contract();
    expect(text(await contract.submitTransaction('put', 'lot-1', 'coffee'))).toBe('coffee');
    expect(text(await contract.evaluateTransaction('get', 'lot-1'))).toBe('coffee');
    expect(text(await world.session(MERIDIAN).contract().evaluateTransaction('get', 'lot-1'))).toBe('coffee');
  });
});
