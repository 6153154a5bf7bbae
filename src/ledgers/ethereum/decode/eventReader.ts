import type { EventFragment } from 'ethers';
import type { DecodedValue, EthereumEventDetail } from '../../../model/ethereum.js';
import { ValuesReader } from './abiValue.js';
import type { Checksums } from './checksums.js';
import { wordReader, type WordReader } from './words.js';

export type DecodedLog = NonNullable<EthereumEventDetail['decoded']>;

/** A log's topics and data, lower-case hex. */
export interface LogWords {
  readonly topics: readonly string[];
  readonly data: string;
}

interface Field {
  readonly indexed: boolean;
  /** Of an indexed parameter that fits into its topic. */
  readonly read: WordReader | null;
}

/** Reads the logs of one event of an ABI. */
export class EventReader {
  readonly topic: string;
  private readonly signature: string;
  private readonly name: string;
  private readonly fields: readonly Field[];
  private readonly all: ValuesReader;
  private readonly unindexed: ValuesReader;
  private readonly topicCount: number;
  /** Length of the data where it holds one word for each parameter and nothing else; null where it varies. */
  private readonly dataLength: number | null;

  constructor(fragment: EventFragment) {
    const unindexed = fragment.inputs.filter(({ indexed }) => indexed !== true);
    this.topic = fragment.topicHash;
    this.name = fragment.name;
    this.signature = fragment.format('sighash');
    this.all = new ValuesReader(fragment.inputs);
    this.fields = fragment.inputs.map((param) => ({ indexed: param.indexed === true, read: wordReader(param) }));
    this.unindexed = new ValuesReader(unindexed);
    this.topicCount = 1 + fragment.inputs.length - unindexed.length;
    this.dataLength = unindexed.every((param) => wordReader(param) !== null) ? 2 + 64 * unindexed.length : null;
  }

  /** Null where the log is not one of this event. */
  read(log: LogWords, checksums: Checksums): DecodedLog | null {
    if (log.topics.length !== this.topicCount) return null;
    if (this.dataLength !== null && log.data.length !== this.dataLength) return null;
    const data = this.unindexed.readPlain(log.data, checksums);
    if (data === null) return null;
    const values: DecodedValue[] = [];
    let topic = 1;
    let unindexed = 0;
    for (const [i, field] of this.fields.entries()) {
      const value = field.indexed ? readTopic(field, log.topics[topic++] ?? '', checksums) : data[unindexed++];
      if (value === undefined) return null;
      values.push(this.all.describe(i, value));
    }
    return { signature: this.signature, name: this.name, arguments: values };
  }
}

/** A topic holds the value where that fits into a word, else the Keccak-256 of it: then the value is `{hash}`. */
function readTopic({ read }: Field, topic: string, checksums: Checksums): unknown {
  return read === null ? { hash: topic } : read(topic.slice(2), checksums);
}
