import { ParleyError } from '../../errors/index.js';

const STAGES = [
  'FABRIC_PROPOSAL',
  'FABRIC_TRANSACTION',
  'FABRIC_CONFIG_UPDATE',
  'FABRIC_ENVELOPE',
  'BALLOT',
  'ACCEPTANCE',
  'EVM_TRANSACTION',
] as const;
export type Stage = (typeof STAGES)[number];
export type Identity = { readonly mspId: string; readonly certificate: string } | { readonly address: string };

/** The file of a signing request: nothing in it is believed but that it is asked. */
export interface RequestFile {
  readonly request: string;
  readonly stage: Stage;
  readonly scheme: string;
  readonly identity: Identity;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly summary: string;
  readonly expiresAt: string;
}

/** What a version of Parley that is younger than this one may add is not known here. */
const VERSION = 1;
const MAX_CHARACTERS = 40 * 1024 * 1024;

/** Reads such a file. Errors: `INPUT_INVALID`, naming what of it is wrong. */
export function readRequest(text: string): RequestFile {
  const file = documentOf(text);
  const stage = STAGES.find((one) => one === file['stage']);
  if (stage === undefined) throw wrong('stage', file['stage'], STAGES.join(', '));
  return {
    stage,
    ...{ request: textOf(file, 'request'), scheme: textOf(file, 'scheme'), summary: textOf(file, 'summary') },
    ...{ bytes: bytesOf(file, 'bytes'), digest: bytesOf(file, 'digest'), expiresAt: textOf(file, 'expiresAt') },
    identity: identityOf(file['identity']),
  };
}

type Document = Readonly<Record<string, unknown>>;

function documentOf(text: string): Document {
  if (text.length > MAX_CHARACTERS) throw wrong('document', `${text.length} characters`, `at most ${MAX_CHARACTERS}`);
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw wrong('document', 'text that is no JSON', 'the file of a signing request, as `prepare` gives it');
  }
  if (!isMap(file) || file['document'] !== 'parley-signing-request')
    throw wrong('document', isMap(file) ? file['document'] : typeof file, 'parley-signing-request');
  if (file['version'] !== VERSION) throw wrong('version', file['version'], String(VERSION));
  return file;
}

const isMap = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function identityOf(value: unknown): Identity {
  if (isMap(value) && typeof value['address'] === 'string') return { address: value['address'] };
  if (isMap(value) && typeof value['mspId'] === 'string' && typeof value['certificate'] === 'string')
    return { mspId: value['mspId'], certificate: value['certificate'] };
  throw wrong('identity', typeof value, 'mspId and certificate, or an address');
}

function textOf(file: Document, name: string): string {
  const value = file[name];
  if (typeof value === 'string') return value;
  throw wrong(name, typeof value, 'text');
}

function bytesOf(file: Document, name: string): Uint8Array {
  const text = textOf(file, name);
  if (/^0x([0-9a-fA-F]{2})*$/.test(text)) return Buffer.from(text.slice(2), 'hex');
  throw wrong(name, `${text.slice(0, 20)}…`, '0x-prefixed hex');
}

const wrong = (name: string, got: unknown, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', `The file is no signing request: its ${name} is wrong`, {
    got: typeof got === 'string' ? got : String(got),
    expected,
    fix: 'Take the file of the request as Parley gave it: `file { name content }`, its content being hex of the JSON document.',
  });
