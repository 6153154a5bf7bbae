import { describe, expect, test } from '@jest/globals';
import { common } from '@hyperledger/fabric-protos';
import type { Bundle } from '../../../../../devnet/fabric/config/bundle.js';
import { bundleOf, configOf } from '../../../../../devnet/fabric/config/bundle.js';
import { computeConfigUpdate } from '../../../../../devnet/fabric/config/configUpdate.js';
import { proposeConfigUpdate } from '../../../../../devnet/fabric/config/proposeUpdate.js';
import { configUpdateEnvelope, openEnvelope } from '../../../../../devnet/fabric/config/signedData.js';
import { blockFaults } from '../../../../../devnet/fabric/orderer/blockVerifier.js';
import { recordedBlocks, textThrown } from '../fixtures.js';

const CHANNEL = 'trade';
const CONFIG_BLOCKS = [1, 2, 37, 41, 46];

const blocks = recordedBlocks();

function block(number: number): common.Block {
  const found = blocks[number];
  if (found === undefined) throw new Error(`Block ${number} was not recorded`);
  return found;
}

/** The configuration in force before a config block. */
function bundleBefore(number: number): Bundle {
  return bundleOf(CHANNEL, block(Math.max(0, ...CONFIG_BLOCKS.filter((other) => other < number))));
}

function lastUpdate(number: number): common.Envelope {
  const envelope = configOf(block(number)).getLastUpdate();
  if (envelope === undefined) throw new Error(`Block ${number} has no update`);
  return envelope;
}

function updateEnvelope(number: number): common.ConfigUpdateEnvelope {
  return common.ConfigUpdateEnvelope.deserializeBinary(openEnvelope(lastUpdate(number)).data);
}

/** The update of a block with only the first signatures, in an envelope of the same header. */
function withSignatures(number: number, count: number): common.Envelope {
  const original = updateEnvelope(number);
  const fewer = configUpdateEnvelope(original.getConfigUpdate_asU8(), original.getSignaturesList().slice(0, count));
  const payload = common.Payload.deserializeBinary(lastUpdate(number).getPayload_asU8());
  payload.setData(fewer.serializeBinary());
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope;
}

/** Map entries stand in any order in what Go serialises: here they are sorted. */
function sorted(bytes: Uint8Array): string {
  return Buffer.from(common.ConfigUpdate.deserializeBinary(bytes).serializeBinary()).toString('hex');
}

describe('recorded configuration', () => {
  test('every block carries the hash before it, its own data hash, and signatures of a quorum', () => {
    let bundle: Bundle | null = null;
    let previous: common.Block | null = null;
    for (const current of blocks) {
      expect(blockFaults(current, previous, bundle)).toEqual([]);
      const number = current.getHeader()?.getNumber() ?? -1;
      if (number === 0 || CONFIG_BLOCKS.includes(number)) bundle = bundleOf(CHANNEL, current);
      previous = current;
    }
  });

  test('a changed byte of a signature, of the data or of the link is noticed', () => {
    const bundle = bundleBefore(9);
    const changed = block(9).cloneMessage();
    const metadata = changed.getMetadata();
    const slots = metadata?.getMetadataList_asU8().map((slot) => Uint8Array.from(slot)) ?? [];
    const first = slots[0] ?? new Uint8Array();
    first[first.length - 1] = (first[first.length - 1] ?? 0) ^ 1;
    metadata?.setMetadataList(slots);
    expect(blockFaults(changed, block(8), bundle)).toEqual(['2 of 3 needed signatures of orderers are valid']);

    const emptied = block(9).cloneMessage();
    emptied.getData()?.setDataList([]);
    expect(blockFaults(emptied, block(8), bundle)).toEqual(['the data hash is not that of the data']);
    expect(blockFaults(block(9), block(7), bundle)).toEqual([
      'the number does not follow',
      'the previous hash is not that of the block before',
    ]);
  });

  test.each(CONFIG_BLOCKS)(
    'applying the update of block %i makes the configuration that the block carries',
    (number) => {
      const next = proposeConfigUpdate(bundleBefore(number), lastUpdate(number));
      const recorded = configOf(block(number));
      expect(Buffer.from(next.serializeBinary()).equals(recorded.serializeBinary())).toBe(true);
    },
  );

  test.each(CONFIG_BLOCKS)('the update of block %i is computed as it was recorded', (number) => {
    const before = bundleBefore(number).config.getChannelGroup();
    const after = configOf(block(number)).getConfig()?.getChannelGroup();
    if (before === undefined || after === undefined) throw new Error('A recorded configuration has no tree');
    const computed = computeConfigUpdate(CHANNEL, before, after).serializeBinary();
    expect(Buffer.from(computed).toString('hex')).toBe(sorted(updateEnvelope(number).getConfigUpdate_asU8()));
  });

  test('an organisation joins by the admins of a majority, not by one', () => {
    const bundle = bundleBefore(37);
    expect(textThrown(() => proposeConfigUpdate(bundle, withSignatures(37, 1)))).toBe(
      "error authorizing update: error validating DeltaSet: policy for [Group]  /Channel/Application not satisfied: implicit policy evaluation failed - 1 sub-policies were satisfied, but this policy requires 2 of the 'Admins' sub-policies to be satisfied",
    );
    expect(proposeConfigUpdate(bundle, withSignatures(37, 2)).getConfig()?.getSequence()).toBe(3);
  });

  test('the same signature twice counts once', () => {
    const original = updateEnvelope(37);
    const [signature] = original.getSignaturesList();
    if (signature === undefined) throw new Error('The recorded update has no signature');
    const doubled = configUpdateEnvelope(original.getConfigUpdate_asU8(), [signature, signature]);
    const payload = common.Payload.deserializeBinary(lastUpdate(37).getPayload_asU8());
    payload.setData(doubled.serializeBinary());
    const envelope = new common.Envelope();
    envelope.setPayload(payload.serializeBinary());
    expect(textThrown(() => proposeConfigUpdate(bundleBefore(37), envelope))).toContain(
      '1 sub-policies were satisfied',
    );
  });

  test('an update against another configuration is refused by its read set', () => {
    expect(textThrown(() => proposeConfigUpdate(bundleBefore(46), lastUpdate(37)))).toBe(
      'error authorizing update: error validating ReadSet: proposed update requires that key [Group]  /Channel/Application be at version 0, but it is currently at version 1',
    );
  });

  test('members come and go with the configuration', () => {
    expect(bundleBefore(37).applicationMspIds).toEqual(['Org1MSP', 'Org2MSP']);
    expect(bundleOf(CHANNEL, block(37)).applicationMspIds).toEqual(['Org1MSP', 'Org2MSP', 'Org3MSP']);
    expect(bundleOf(CHANNEL, block(46)).applicationMspIds).toEqual(['Org1MSP', 'Org2MSP']);
    expect(bundleOf(CHANNEL, block(41)).orderer.maxMessageCount).toBe(10);
    expect(bundleOf(CHANNEL, block(37)).layoutsOf('/Channel/Application/Endorsement')).toEqual([
      ['Org1MSP', 'Org2MSP'],
      ['Org1MSP', 'Org3MSP'],
      ['Org2MSP', 'Org3MSP'],
    ]);
  });
});
