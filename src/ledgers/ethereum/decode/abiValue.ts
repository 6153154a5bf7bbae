import type { ParamType } from 'ethers';
import type { DecodedValue } from '../../../model/ethereum.js';
import type { Checksums } from './checksums.js';
import { AbiData, NotEncoded, readSequence, valueReader, type ValueReader } from './valueReader.js';

/**
 * Reads the values of a parameter list: integers as decimal strings, bytes as 0x strings, text as text, structs as objects.
 * A decoder of our own: the general one of ethers takes seconds over hostile data of a hundred kilobytes, and ten times as
 * long over honest data.
 */
export class ValuesReader {
  readonly types: readonly string[];
  private readonly readers: readonly ValueReader[];

  constructor(private readonly params: readonly ParamType[]) {
    this.types = params.map((param) => param.format('sighash'));
    this.readers = params.map(valueReader);
  }

  /** Null where the data is no encoding of these parameters. `data`: 0x-prefixed, lower case. */
  read(data: string, checksums: Checksums): DecodedValue[] | null {
    const values = this.readPlain(data, checksums);
    return values === null ? null : values.map((value, i) => this.describe(i, value));
  }

  /** As `read`, the values alone. */
  readPlain(data: string, checksums: Checksums): unknown[] | null {
    try {
      return readSequence(this.readers, new AbiData(data.slice(2), checksums), 0);
    } catch (error) {
      if (error instanceof NotEncoded) return null;
      throw error;
    }
  }

  describe(index: number, value: unknown): DecodedValue {
    const name = this.params[index]?.name ?? '';
    return { name: name === '' ? null : name, type: this.types[index] ?? '', value };
  }
}

export const decodeValues = (params: readonly ParamType[], data: string, checksums: Checksums): DecodedValue[] | null =>
  new ValuesReader(params).read(data, checksums);
