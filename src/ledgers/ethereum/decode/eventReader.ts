import type { EventFragment, ParamType } from 'ethers';
import type { DecodedValue, EthereumEventDetail } from '../../../model/ethereum.js';
import { decodeValues, describe } from './abiValue.js';
import type { Checksums } from './checksums.js';
import { wordReader, type WordReader } from './words.js';

export type DecodedLog = NonNullable<EthereumEventDetail['decoded']>;

/** A log's topics and data, lower-case hex. */
export interface LogWords {
  readonly topics: readonly string[];
  readonly data: string;
}

interface Field {
  readonly param: ParamType;
  readonly read: WordReader | null;
}

/** Reads the logs of one event of an ABI. */
export class EventReader {
  readonly topic: string;
  readonly indexedCount: number;
  private readonly signature: string;
  private readonly name: string;
  private readonly fields: readonly Field[];
  private readonly unindexed: readonly ParamType[];
  /** True where the data is nothing but one word for each parameter. */
  private readonly flat: boolean;

  constructor(fragment: EventFragment) {
    this.topic = fragment.topicHash;
    this.name = fragment.name;
    this.signature = fragment.format('sighash');
    this.fields = fragment.inputs.map((param) => ({ param, read: wordReader(param) }));
    this.unindexed = fragment.inputs.filter(({ indexed }) => indexed !== true);
    this.indexedCount = fragment.inputs.length - this.unindexed.length;
    this.flat = this.fields.every(({ param, read }) => param.indexed === true || read !== null);
  }

  /** Null where the log is not one of this event. */
  read(log: LogWords, checksums: Checksums): DecodedLog | null {
    if (log.topics.length !== this.indexedCount + 1) return null;
    const data = this.flat ? this.readFlat(log.data, checksums) : decodeValues(this.unindexed, log.data, checksums);
    if (data === null) return null;
    const values: DecodedValue[] = [];
    let topic = 1;
    let unindexed = 0;
    for (const field of this.fields) {
      const indexed = field.param.indexed === true;
      const value = indexed ? readTopic(field, log.topics[topic++] ?? '', checksums) : data[unindexed++];
      if (value === undefined) return null;
      values.push(value);
    }
    return { signature: this.signature, name: this.name, arguments: values };
  }

  private readFlat(data: string, checksums: Checksums): DecodedValue[] | null {
    if (data.length !== 2 + 64 * this.unindexed.length) return null;
    const values: DecodedValue[] = [];
    for (const { param, read } of this.fields) {
      if (param.indexed === true || read === null) continue;
      const at = 2 + 64 * values.length;
      const value = read(data.slice(at, at + 64), checksums);
      if (value === undefined) return null;
      values.push(describe(param, value));
    }
    return values;
  }
}

/** A topic holds the value where that fits into a word, else the Keccak-256 of it: then the value is `{hash}`. */
function readTopic({ param, read }: Field, topic: string, checksums: Checksums): DecodedValue | undefined {
  if (read === null) return describe(param, { hash: topic });
  const value = read(topic.slice(2), checksums);
  return value === undefined ? undefined : describe(param, value);
}
