import { relative, dirname, resolve } from 'node:path';
import { readProfile } from '../config/index.js';
import { ParleyError } from '../errors/index.js';

/** What `parley init` was told. */
export interface DraftAnswers {
  readonly network: string | null;
  readonly fabric: {
    readonly profile: string;
    readonly channels: readonly string[];
    readonly mspId: string;
    readonly certificate: string;
    readonly privateKey: string;
  } | null;
  readonly rpc: string | null;
}

/** A first parley.yaml. The profile is read and the chain is asked for its id, so that a typing error shows now. */
export async function draftConfig(
  answers: DraftAnswers,
  output: string,
): Promise<{ readonly yaml: string; readonly summary: string }> {
  if (answers.fabric === null && answers.rpc === null)
    throw new ParleyError('CONFIG_INVALID', 'There is no ledger to read', {
      expected: '--profile with --channel, --msp-id, --certificate and --private-key, or --rpc',
      fix: 'Give at least one ledger.',
    });
  const channels = answers.fabric === null ? [] : draftChannels(answers.fabric, dirname(resolve(output)));
  const chains = answers.rpc === null ? [] : [await draftChain(answers.rpc)];
  const network = answers.network ?? 'network';
  const yaml = [
    '# Every key: docs/configuration.md. Check it with: parley doctor',
    'server: { host: 127.0.0.1, port: 4000 }',
    'store: { url: sqlite:./parley.db }',
    `network: { id: ${JSON.stringify(network)}, name: ${JSON.stringify(network)} }`,
    '# Who is who. An organisation that no member claims stands for itself, by its MSP id.',
    'members: []',
    'ledgers:',
    ...channels.map(({ text }) => text),
    ...chains.map(({ text }) => text),
    '',
  ].join('\n');
  return { yaml, summary: [...channels, ...chains].map(({ summary }) => summary).join(', ') };
}

interface Drafted {
  readonly text: string;
  readonly summary: string;
}

function draftChannels(fabric: NonNullable<DraftAnswers['fabric']>, directory: string): readonly Drafted[] {
  const profile = readProfile(resolve(fabric.profile), '--profile');
  const path = (file: string): string => JSON.stringify(relative(directory, resolve(file)) || file);
  return fabric.channels.map((channel) => ({
    summary: `channel ${channel} over ${Object.keys(profile.peers).length} peers`,
    text: [
      `  - name: ${JSON.stringify(channel)}`,
      '    fabric:',
      `      channel: ${JSON.stringify(channel)}`,
      `      connectionProfile: ${path(fabric.profile)}`,
      `      identity: { mspId: ${JSON.stringify(fabric.mspId)}, certificate: ${path(fabric.certificate)}, privateKey: ${path(fabric.privateKey)} }`,
    ].join('\n'),
  }));
}

async function draftChain(rpc: string): Promise<Drafted> {
  const chainId = await askChainId(rpc);
  return {
    summary: `chain ${chainId}`,
    text: [
      `  - name: chain-${chainId}`,
      '    ethereum:',
      `      chainId: ${chainId}`,
      `      rpc: [${JSON.stringify(rpc)}]`,
      '      finality: { tag: finalized }   # or { depth: 64 } where the chain has no tag',
    ].join('\n'),
  };
}

const ANSWER_WITHIN_MS = 10_000;

async function askChainId(rpc: string): Promise<number> {
  try {
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const answer = (await response.json()) as { result?: unknown };
    const chainId = Number(answer.result);
    if (!Number.isSafeInteger(chainId) || chainId < 1) throw new RangeError('no chain id in the answer');
    return chainId;
  } catch (cause) {
    throw new ParleyError('LEDGER_UNAVAILABLE', 'The RPC endpoint does not tell its chain id', {
      fix: 'Check --rpc.',
      cause,
    });
  }
}
