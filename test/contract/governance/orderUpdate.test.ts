import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { common, orderer } from '@hyperledger/fabric-protos';
import { configOf } from '../../../devnet/fabric/config/bundle.js';
import { computeConfigUpdate } from '../../../devnet/fabric/config/configUpdate.js';
import { signedEnvelope } from '../../../devnet/fabric/config/envelope.js';
import { configUpdateEnvelope, signConfigUpdate } from '../../../devnet/fabric/config/signedData.js';
import { createFabricLedger } from '../../../src/ledgers/fabric/index.js';
import type { FabricLedger } from '../../../src/ledgers/ledger.js';
import { adminOf, fabricLedgerOptions } from '../../support/fabricLedgers.js';
import { failureOf } from '../../support/fabricWrites.js';
import { FabricWorld, HARVEST, MERIDIAN, NORTHWIND } from '../embeddedFabric/world.js';

const organizations = [HARVEST, MERIDIAN, NORTHWIND];

describe.each(['BFT', 'RAFT'] as const)('An update of a channel’s configuration under %s', (consensus) => {
  let world: FabricWorld;
  let ledger: FabricLedger;
  beforeAll(async () => {
    world = await FabricWorld.start({ channels: [{ name: 'trade', consensus, organizations, batchTimeoutMs: 20 }] });
    ledger = await createFabricLedger(fabricLedgerOptions(world.fabric, 'trade', HARVEST));
  }, 60_000);
  afterAll(async () => {
    await ledger?.close();
    await world?.close();
  }, 60_000);

  /** Another greatest number of messages in a block, signed by the administrators of these organisations. */
  async function update(messages: number, signers: readonly string[], ordering: boolean): Promise<common.Envelope> {
    const { number } = await ledger.head();
    const { config } = await ledger.seed(number + 1);
    const block = common.Block.deserializeBinary(config?.bytes ?? new Uint8Array(0));
    const original = configOf(block).getConfig()?.getChannelGroup() ?? new common.ConfigGroup();
    const updated = original.cloneMessage();
    const value = updated.getGroupsMap().get('Orderer')?.getValuesMap().get('BatchSize');
    const size = orderer.BatchSize.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array(0));
    size.setMaxMessageCount(messages);
    value?.setValue(size.serializeBinary());
    const bytes = computeConfigUpdate('trade', original, updated).serializeBinary();
    const organizationsThere = [...world.fabric.organizations, ...(ordering ? world.fabric.orderingOrganizations : [])];
    const admins = organizationsThere.filter(({ mspId }) => ordering || signers.includes(mspId)).map(adminOf);
    const [submitter] = admins;
    if (submitter === undefined) throw new Error('Nobody signs');
    const signatures = admins.map((admin) => signConfigUpdate(bytes, admin));
    return signedEnvelope(common.HeaderType.CONFIG_UPDATE, 'trade', configUpdateEnvelope(bytes, signatures), submitter);
  }
  const order = (envelope: common.Envelope): Promise<void> =>
    ledger.order(envelope.getPayload_asU8(), envelope.getSignature_asU8());

  test('is refused in the orderers’ words where too few have signed', async () => {
    const { number } = await ledger.head();
    const failure = await failureOf(order(await update(77, [HARVEST], false)));
    expect(failure.code).toBe('SUBMIT_REFUSED');
    expect(JSON.stringify([failure.message, failure.details])).toMatch(/policy/i);
    expect((await ledger.head()).number).toBe(number);
  });

  test('is in a block once enough have', async () => {
    const { number } = await ledger.head();
    await order(await update(77, organizations, true));
    const stop = AbortSignal.timeout(60_000);
    const decoder = ledger.decoder(await ledger.seed(number + 1));
    for await (const item of ledger.follow(number + 1, stop)) {
      if (item.kind !== 'block') continue;
      const { config } = decoder.decode(item.block);
      expect(config?.config.consensus.batch.maxMessageCount).toBe(77);
      return;
    }
    throw new Error('No block came');
  });
});
