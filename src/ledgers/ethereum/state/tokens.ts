import { ParamType, type Interface } from 'ethers';
import type { TokenStandard } from '../../../model/ethereum.js';
import type { Answers, TokenFacts } from '../../ledger.js';
import { decodeValues } from '../decode/abiValue.js';
import { Checksums } from '../decode/checksums.js';
import { ERC1155_INTERFACE_ID, ERC721_INTERFACE_ID, type StandardInterfaces } from '../decode/standards.js';
import { refusalOf } from '../jsonRpc/refusal.js';
import type { RpcCall, RpcReply } from '../jsonRpc/wire.js';
import { addressInput } from './addressInput.js';
import type { StateQuestions } from './questions.js';

/** A contract may return any text as its name. */
const MAX_TEXT_CHARACTERS = 256;
const NOBODY = `0x${'0'.repeat(40)}`;

/** Finds out what token a contract is by asking it: ERC-165 where it answers to that, else by ERC-20's functions. */
export class Tokens {
  constructor(
    private readonly questions: StateQuestions,
    private readonly standards: StandardInterfaces,
  ) {}

  async read(addresses: readonly string[]): Answers<TokenFacts | null> {
    const checked = addresses.map(addressInput);
    const known = checked.filter((address) => typeof address === 'string');
    const probes = probesOf(this.standards);
    const calls = known.flatMap((to) => probes.map((data) => callOf(to, data)));
    const replies = await this.questions.ask(calls);
    let asked = 0;
    return checked.map((address) => {
      if (typeof address !== 'string') return address;
      const own = replies.slice(asked, (asked += probes.length));
      return this.answer(own);
    });
  }

  private answer(replies: readonly RpcReply[]): TokenFacts | null | Error {
    for (const reply of replies) {
      if (!reply.ok && isAboutTheNode(reply))
        return this.questions.failure(reply.error, null, ({ message }) => message);
    }
    const [unique, multi, supply, balance, decimals, name, symbol] = replies.map(resultOf);
    const standard = standardOf(isTrue(unique), isTrue(multi), isWord(supply) && isWord(balance));
    if (standard === null) return null;
    return {
      standard,
      name: textOf(name),
      symbol: textOf(symbol),
      decimals: isWord(decimals) && BigInt(decimals) <= 255n ? Number(decimals) : null,
      totalSupply: isWord(supply) ? BigInt(supply).toString() : null,
    };
  }
}

function probesOf({ erc20, erc721 }: StandardInterfaces): readonly string[] {
  const plain = (abi: Interface, name: string, args: readonly unknown[] = []): string =>
    abi.encodeFunctionData(name, args);
  return [
    plain(erc721, 'supportsInterface', [ERC721_INTERFACE_ID]),
    plain(erc721, 'supportsInterface', [ERC1155_INTERFACE_ID]),
    plain(erc20, 'totalSupply'),
    plain(erc20, 'balanceOf', [NOBODY]),
    plain(erc20, 'decimals'),
    plain(erc20, 'name'),
    plain(erc20, 'symbol'),
  ];
}

export const callOf = (to: string, data: string, block = 'latest'): RpcCall => ({
  method: 'eth_call',
  params: [{ to, data }, block],
});

/** A revert is a contract's way to say that it lacks a function; everything else is the node's trouble. */
const isAboutTheNode = (reply: RpcReply): boolean => {
  if (reply.ok) return false;
  const refusal = refusalOf(reply.error);
  return refusal !== 'reverted' && refusal !== 'unknown';
};

export const resultOf = (reply: RpcReply | undefined): string =>
  reply?.ok === true && typeof reply.result === 'string' ? reply.result.toLowerCase() : '0x';

export const isWord = (data: string | undefined): data is string => data !== undefined && /^0x[0-9a-f]{64}$/.test(data);

const isTrue = (data: string | undefined): boolean => isWord(data) && BigInt(data) === 1n;

function standardOf(unique: boolean, multi: boolean, plain: boolean): TokenStandard | null {
  if (unique) return 'ERC721';
  if (multi) return 'ERC1155';
  return plain ? 'ERC20' : null;
}

/** A string, or 32 bytes of text as the first tokens have it; null where it is neither. */
function textOf(data: string | undefined): string | null {
  if (data === undefined || data === '0x') return null;
  const bytes = isWord(data) ? data.slice(2).replace(/(00)+$/, '') : stringBytes(data);
  if (bytes === '') return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'hex')).slice(0, MAX_TEXT_CHARACTERS);
  } catch {
    // Not text: then the token has no name that could be shown.
    return null;
  }
}

/** Empty where it is no string. */
function stringBytes(data: string): string {
  const [text] = decodeValues([ParamType.from('bytes')], data, new Checksums()) ?? [];
  return typeof text?.value === 'string' ? text.value.slice(2) : '';
}
