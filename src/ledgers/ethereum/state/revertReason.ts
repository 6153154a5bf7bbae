import { ParamType } from 'ethers';
import type { DecodedValue } from '../../../model/ethereum.js';
import type { AbiIndex } from '../decode/abiIndex.js';
import { decodeValues } from '../decode/abiValue.js';
import type { Checksums } from '../decode/checksums.js';
import { isRecord, type RpcErrorObject } from '../jsonRpc/wire.js';

const ERROR_STRING = '0x08c379a0';
const PANIC = '0x4e487b71';
const MAX_SHOWN_CHARACTERS = 1_000;

/** Solidity's panic codes, https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require */
const PANICS: ReadonlyMap<string, string> = new Map([
  ['1', 'assertion failed'],
  ['17', 'arithmetic overflow'],
  ['18', 'division by zero'],
  ['33', 'no such enum value'],
  ['34', 'storage is inconsistent'],
  ['49', 'pop on an empty array'],
  ['50', 'index out of bounds'],
  ['65', 'too much memory'],
  ['81', 'call of an uninitialised function'],
]);

/** Reads why a call reverted: Solidity's own errors, custom errors of the configured ABIs, else the bytes. */
export class RevertReasons {
  constructor(
    private readonly abis: AbiIndex,
    private readonly checksums: Checksums,
  ) {}

  /** `to`: the contract called, lower case. */
  read(error: RpcErrorObject, to: string): string {
    const data = revertData(error);
    const said = error.message.replace(/^(execution reverted|VM Exception while processing transaction)[:,]?\s*/i, '');
    if (data === null) return said === '' ? 'without a reason' : said;
    return this.readData(data, to).slice(0, MAX_SHOWN_CHARACTERS);
  }

  readData(data: string, to: string): string {
    if (data === '0x') return 'without a reason';
    const selector = data.slice(0, 10);
    const body = `0x${data.slice(10)}`;
    if (selector === ERROR_STRING) return reasonText(body, this.checksums) ?? data;
    if (selector === PANIC) return panicText(body) ?? data;
    for (const fragment of this.abis.errors(to, selector)) {
      const values = decodeValues(fragment.inputs, body, this.checksums);
      if (values !== null) return `${fragment.name}(${values.map(show).join(', ')})`;
    }
    return data;
  }
}

const show = ({ name, value }: DecodedValue): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return name === null ? text : `${name}: ${text}`;
};

/** Anyone may revert with these four bytes first: null where no text follows. */
function reasonText(body: string, checksums: Checksums): string | null {
  const [reason] = decodeValues([ParamType.from('string')], body, checksums) ?? [];
  return typeof reason?.value === 'string' ? reason.value : null;
}

function panicText(body: string): string | null {
  if (!/^0x[0-9a-f]{64}$/.test(body)) return null;
  const code = BigInt(body);
  return `Panic(0x${code.toString(16)}): ${PANICS.get(code.toString()) ?? 'unknown code'}`;
}

/** Nodes put the revert's data into the error itself or into an object in it. */
function revertData({ data }: RpcErrorObject): string | null {
  const found = isRecord(data) ? (data['data'] ?? data['result']) : data;
  return typeof found === 'string' && /^0x([0-9a-f]{2})*$/i.test(found) ? found.toLowerCase() : null;
}
