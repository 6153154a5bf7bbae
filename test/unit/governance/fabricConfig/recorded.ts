import { readFileSync } from 'node:fs';
import { common } from '@hyperledger/fabric-protos';
import { openConfigBlock, type ConfigInForce } from '../../../../src/governance/fabricConfig/inForce.js';

const CHANNEL = new URL('../../../fixtures/fabric/bft-trade/blocks/', import.meta.url);

/** Blocks of the recorded channel that change its configuration; the genesis block stands before them. */
export const UPDATES = [1, 2, 37, 41, 46] as const;
/** Within the validity of every recorded certificate, and when the channel was recorded. */
export const RECORDED_AT_MS = Date.UTC(2026, 10, 22, 17);

const blockBytes = (number: number): Uint8Array =>
  readFileSync(new URL(`${String(number).padStart(6, '0')}.block`, CHANNEL));

export const configAt = (number: number): ConfigInForce => openConfigBlock(blockBytes(number));

/** The configuration in force before a config block. */
export const configBefore = (number: number): ConfigInForce =>
  configAt(Math.max(0, ...UPDATES.filter((other) => other < number)));

export interface RecordedUpdate {
  readonly update: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  /** The envelope that was submitted, and its payload. */
  readonly envelope: Uint8Array;
  readonly payload: Uint8Array;
}

/** The update that a recorded config block came of, as its signers and its submitter signed it. */
export function recordedUpdate(number: number): RecordedUpdate {
  const data = common.Block.deserializeBinary(blockBytes(number)).getData()?.getDataList_asU8()[0] ?? new Uint8Array();
  const outer = common.Payload.deserializeBinary(common.Envelope.deserializeBinary(data).getPayload_asU8());
  const last = common.ConfigEnvelope.deserializeBinary(outer.getData_asU8()).getLastUpdate();
  if (last === undefined) throw new Error(`Block ${number} has no update`);
  const payload = last.getPayload_asU8();
  const envelope = common.ConfigUpdateEnvelope.deserializeBinary(
    common.Payload.deserializeBinary(payload).getData_asU8(),
  );
  return {
    update: envelope.getConfigUpdate_asU8(),
    signatures: envelope.getSignaturesList().map((signature) => signature.serializeBinary()),
    envelope: last.serializeBinary(),
    payload,
  };
}

/** The same message with its maps in the order of their keys: Go writes them in an order that it draws anew each time. */
export const inOrder = (update: Uint8Array): string =>
  hex(common.ConfigUpdate.deserializeBinary(update).serializeBinary());

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function configOf(group: common.ConfigGroup): common.Config {
  const config = new common.Config();
  config.setChannelGroup(group);
  return config;
}

/** The error that something throws. */
export function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown');
}
