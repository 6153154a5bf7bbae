import { GatewayError } from '@hyperledger/fabric-gateway';
import type { FabricWorld } from '../../contract/embeddedFabric/world.js';

/** One thing that a client does, and what it is told: asked of both worlds, it has to give the same. */
export interface Step {
  readonly name: string;
  readonly run: (world: FabricWorld) => Promise<unknown>;
}

export const step = (name: string, run: Step['run']): Step => ({ name, run });

/** What came of a step, as text, without what differs from one network to the next: addresses, hashes, ids and times. */
export async function answerTo(run: Step['run'], world: FabricWorld): Promise<string> {
  const told = await run(world).catch(refusalOf);
  return JSON.stringify(told, plain, 1)
    .replace(/(localhost|127\.0\.0\.1|\[::1\]):\d+/g, 'ADDRESS')
    .replace(/\b[0-9a-f]{64,}\b/g, 'HASH')
    .replace(/\[(\w+)\]\[[0-9a-f]{8}\]/g, '[$1][ID]')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, 'TIME')
    .replace(/Duration_\d+/g, 'DURATION');
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return value;
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? error.code : null;
  const details = error instanceof GatewayError ? error.details : [];
  const said = details.map(({ address, mspId, message }) => `${mspId} at ${address}: ${message}`).sort();
  return { refused: error.name, code, message: error.message, details: said };
}
