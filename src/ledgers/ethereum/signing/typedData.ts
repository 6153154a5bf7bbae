import { getAddress, getBytes, TypedDataEncoder } from 'ethers';
import { ParleyError } from '../../../errors/index.js';
import { plainText, type Meaning } from '../../../model/signing.js';

interface TypedData {
  readonly types: Readonly<Record<string, { name: string; type: string }[]>>;
  readonly primaryType: string;
  readonly domain: Readonly<Record<string, string>>;
  readonly message: Readonly<Record<string, unknown>>;
}

/** OpenZeppelin's counting: https://docs.openzeppelin.com/contracts/5.x/api/governance#GovernorCountingSimple. */
const SUPPORT: Readonly<Record<string, string>> = { 0: 'against', 1: 'for', 2: 'abstain' };

/** What a ballot to be signed under EIP-712 says: its bytes are the typed data as JSON. Errors: `INPUT_INVALID`. */
export function readBallot(bytes: Uint8Array): Meaning {
  const data = typedData(bytes);
  const { message, domain } = data;
  const shown = (value: unknown): string => plainText(typeof value === 'string' ? value : JSON.stringify(value));
  const support = SUPPORT[shown(message['support'])] ?? `choice ${shown(message['support'])} of the governor`;
  const voter = getAddress(String(message['voter']));
  return {
    lines: [
      `Vote “${support}” on proposal ${shown(message['proposalId'])}, as ${voter}`,
      ...Object.entries(domain).map(([name, value]) => `  ${plainText(name)} of the governor: ${shown(value)}`),
      ...Object.entries(message).map(([name, value]) => `  ${plainText(name)}: ${shown(value)}`),
      'Whoever has this ballot may carry it to the governor.',
    ],
    digest: digestOf(data),
    signer: { address: voter },
    essentials: [],
  };
}

const BALLOTS: readonly string[] = ['Ballot', 'ExtendedBallot'];

function typedData(bytes: Uint8Array): TypedData {
  try {
    const data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as TypedData;
    const names = (data.types[data.primaryType] ?? []).map(({ name }) => name).sort();
    const complete = JSON.stringify(names) === JSON.stringify(Object.keys(data.message).sort());
    const addressed =
      typeof data.domain['verifyingContract'] === 'string' && typeof data.domain['chainId'] === 'string';
    if (BALLOTS.includes(data.primaryType) && complete && addressed && names.includes('voter')) return data;
    throw new TypeError(`typed data of ${String(data.primaryType)}`);
  } catch (cause) {
    throw noBallot(cause);
  }
}

function digestOf({ domain, types, message }: TypedData): Uint8Array {
  try {
    const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== 'EIP712Domain'));
    return getBytes(TypedDataEncoder.hash(domain, own, message));
  } catch (cause) {
    throw noBallot(cause);
  }
}

const noBallot = (cause: unknown): ParleyError =>
  new ParleyError('INPUT_INVALID', 'The bytes are no ballot that can be shown', {
    got: cause instanceof Error ? cause.message : String(cause),
    expected: 'EIP-712 typed data of a Ballot or ExtendedBallot, as JSON, with chain and contract in its domain',
    fix: 'Do not sign them. Prepare the vote again.',
    cause,
  });
