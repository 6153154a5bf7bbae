import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { CheckAnswer, CheckOrder } from './signatureWorker.js';

/** One signature that has the form of one, and what it is over: these bytes, one after the other. */
export interface SignatureToCheck {
  readonly key: KeyObject;
  readonly signed: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

interface Asked {
  readonly resolve: (answer: CheckAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread that checks signatures, one list after the other. */
export class SignatureThread {
  private readonly worker: Worker;
  private readonly keys = new Map<KeyObject, number>();
  private readonly asked: Asked[] = [];
  /** Why it can no longer be asked; null while it can. */
  private ended: Error | null = null;

  constructor() {
    // Tests run the source: Node strips its types.
    const file = import.meta.url.endsWith('.ts') ? './signatureWorker.ts' : './signatureWorker.js';
    this.worker = new Worker(new URL(file, import.meta.url), { name: 'signatures' });
    this.worker.unref();
    this.worker.on('message', (answer: CheckAnswer) => this.asked.shift()?.resolve(answer));
    this.worker.on('error', (error: Error) => this.failed(error));
    this.worker.on('exit', () => this.failed(new Error('The thread that checks signatures has ended')));
  }

  get pending(): number {
    return this.asked.length;
  }
  /** How many keys it holds: they are kept until it ends. */
  get size(): number {
    return this.keys.size;
  }

  /** One byte a signature, 1 where it holds. Rejects where the thread fails or is ended. */
  check(list: readonly SignatureToCheck[]): Promise<CheckAnswer> {
    if (this.ended !== null) return Promise.reject(this.ended);
    const order = this.order(list);
    this.worker.postMessage(order, [order.bytes.buffer as ArrayBuffer, order.places.buffer as ArrayBuffer]);
    return new Promise((resolve, reject) => this.asked.push({ resolve, reject }));
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private order(list: readonly SignatureToCheck[]): CheckOrder {
    const newKeys: Uint8Array[] = [];
    const places = new Int32Array(3 * list.length);
    const chunks: Uint8Array[] = [];
    for (const [i, { key, signed, signature }] of list.entries()) {
      const length = signed.reduce((sum, bytes) => sum + bytes.length, 0);
      places.set([this.numberOf(key, newKeys), length, signature.length], 3 * i);
      chunks.push(...signed, signature);
    }
    return { newKeys, bytes: packed(chunks), places };
  }

  private numberOf(key: KeyObject, newKeys: Uint8Array[]): number {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    newKeys.push(key.export({ type: 'spki', format: 'der' }));
    this.keys.set(key, this.keys.size);
    return this.keys.size - 1;
  }

  private failed(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.asked.splice(0)) reject(error);
  }
}

/** In memory of its own, which can be handed over. */
function packed(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
