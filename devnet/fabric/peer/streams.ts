import { once } from 'node:events';

/** What is written to: a stream of grpc-js that a client reads. */
interface Sink<T> {
  write(message: T): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Writes one message and waits while the reader does not keep up. */
export async function writeMessage<T>(
  sink: Sink<T> & NodeJS.EventEmitter,
  message: T,
  signal: AbortSignal,
): Promise<void> {
  if (sink.write(message) || signal.aborted) return;
  // Whoever hangs up is not waited for.
  await once(sink, 'drain', { signal }).catch(() => undefined);
}

export async function writeAll<T>(
  sink: Sink<T> & NodeJS.EventEmitter,
  messages: AsyncIterable<T>,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    if (signal.aborted) return;
    await writeMessage(sink, message, signal);
  }
}
