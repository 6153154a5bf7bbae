import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { refusal } from './http.js';

/**
 * The body as a JSON object: UTF-8, not encoded otherwise, within the limit.
 * @throws Refusal MEDIA_TYPE_UNSUPPORTED, REQUEST_TOO_LARGE, BAD_REQUEST
 */
export async function readJsonObject(message: IncomingMessage, maxBytes: number): Promise<object> {
  checkMediaType(message);
  const text = utf8(await readBytes(message, maxBytes));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusal('BAD_REQUEST', 'The body is not JSON', { got: text === '' ? 'an empty body' : 'something else' });
  }
  if (Array.isArray(value))
    throw refusal('BAD_REQUEST', 'Several operations in one request are not answered', {
      got: `a list of ${value.length}`,
      expected: 'one JSON object',
      fix: 'Send one request for each operation.',
    });
  if (typeof value !== 'object' || value === null)
    throw refusal('BAD_REQUEST', 'The body is not a GraphQL request', { expected: 'a JSON object with `query`' });
  return value;
}

function checkMediaType({ headers }: IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  const charset = parameters.find((part) => part.startsWith('charset='))?.replace(/^charset="?([^"]*)"?$/, '$1');
  const encoding = headers['content-encoding'] ?? 'identity';
  if (type === 'application/json' && (charset ?? 'utf-8').replace('-', '') === 'utf8' && encoding === 'identity')
    return;
  throw refusal(
    'MEDIA_TYPE_UNSUPPORTED',
    'The body is of a kind that is not read here',
    { got: `${headers['content-type'] ?? 'no Content-Type'}, ${encoding}`, expected: 'application/json in UTF-8' },
    { 'accept-post': 'application/json' },
  );
}

async function readBytes(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(message.headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(`${declared} bytes`, maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  // By events: an iterator of the stream costs more than reading a body of usual size.
  await new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      message.off('data', take).pause();
      reject(tooLarge('more', maxBytes));
    };
    let whole = false;
    const end = (): void => {
      whole = true;
      resolve();
    };
    message.on('data', take).once('end', end).once('error', reject);
    // Every message is closed: an error made for each, with its stack, would be seen in the CPU of small answers.
    message.once('close', () => {
      if (!whole) reject(new Error('The connection ended inside the body'));
    });
  });
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

// What is left of the body is never read: the connection cannot be used again.
const tooLarge = (got: string, maxBytes: number) =>
  refusal(
    'REQUEST_TOO_LARGE',
    'The body is too large',
    { got, expected: `at most ${maxBytes} bytes` },
    { connection: 'close' },
  );

function utf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw refusal('BAD_REQUEST', 'The body is not UTF-8', { expected: 'JSON in UTF-8' });
  return bytes.toString().replace(/^\uFEFF/, '');
}
