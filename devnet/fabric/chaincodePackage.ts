import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readTar, writeTar } from './tar.js';

/** Bounds what a package unpacks to. */
const MAX_UNPACKED_BYTES = 100 * 1024 * 1024;
const LABEL = /^[A-Za-z0-9]+([.+_-][A-Za-z0-9]+)*$/;
const DEFAULT_DIAL_TIMEOUT = '10s';

/** Where a chaincode that runs as a service answers, as `connection.json` says it. */
export interface ChaincodeService {
  /** host:port */
  readonly address: string;
  /** A Go duration, as in `10s`. */
  readonly dialTimeout?: string;
  /** PEM of the authority of the service's TLS certificate; without it the service is spoken to in the clear. */
  readonly rootCertificatePem?: string;
}

export interface ChaincodePackage {
  readonly label: string;
  readonly type: string;
  readonly service: { readonly address: string; readonly dialTimeoutMs: number; readonly rootCertificatePem?: string };
}

/** A package of type `ccaas` as Fabric's builders of chaincode as a service take it; the same bytes for the same service. */
export function packageChaincode(label: string, service: ChaincodeService): Uint8Array {
  const tls = service.rootCertificatePem;
  const connection = {
    address: service.address,
    dial_timeout: service.dialTimeout ?? DEFAULT_DIAL_TIMEOUT,
    tls_required: tls !== undefined,
    ...(tls === undefined ? {} : { root_cert: tls }),
  };
  const code = gzipSync(writeTar([{ name: 'connection.json', content: json(connection) }]));
  return gzipSync(
    writeTar([
      { name: 'metadata.json', content: json({ type: 'ccaas', label }) },
      { name: 'code.tar.gz', content: code },
    ]),
  );
}

/** The label and SHA-256 of the package's bytes: by this a package is approved and a service registers. */
export function packageIdOf(label: string, packageBytes: Uint8Array): string {
  return `${label}:${createHash('sha256').update(packageBytes).digest('hex')}`;
}

/** Throws, with a sentence, where the bytes are no chaincode package or one that does not run as a service. */
export function parseChaincodePackage(packageBytes: Uint8Array): ChaincodePackage {
  const files = readTar(unzip(packageBytes));
  const metadata = record(fileOf(files, 'metadata.json'));
  const label = typeof metadata['label'] === 'string' ? metadata['label'] : '';
  if (!LABEL.test(label)) {
    throw new Error(
      `invalid label '${label}'. Label must be non-empty, can only consist of alphanumerics, symbols from '.+-_', and can only begin with alphanumerics`,
    );
  }
  const type = String(metadata['type']);
  if (type !== 'ccaas' && type !== 'external') {
    throw new Error(`could not build chaincode: type ${type} needs a builder; only chaincode as a service runs here`);
  }
  return {
    label,
    type,
    service: serviceOf(record(fileOf(readTar(unzip(fileOf(files, 'code.tar.gz'))), 'connection.json'))),
  };
}

function serviceOf(connection: Record<string, unknown>): ChaincodePackage['service'] {
  const { address, root_cert: rootCertificatePem } = connection;
  if (typeof address !== 'string') throw new Error('connection.json has no address');
  const dialTimeoutMs = durationMs(String(connection['dial_timeout'] ?? '3s'));
  if (connection['tls_required'] !== true) return { address, dialTimeoutMs };
  if (typeof rootCertificatePem !== 'string') throw new Error('chaincode tls root cert not provided');
  return { address, dialTimeoutMs, rootCertificatePem };
}

/** Milliseconds of a Go duration of one unit. */
function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  if (match === null) throw new Error(`time: invalid duration "${text}"`);
  const unit = { ms: 1, s: 1000, m: 60_000 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * unit;
}

function unzip(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const short = bytes.length === 0 ? 'EOF' : 'unexpected EOF';
    const reason = code === 'Z_BUF_ERROR' ? short : 'gzip: invalid header';
    throw new Error(`error reading as gzip stream: ${reason}`, { cause: error });
  }
}

function fileOf(files: ReturnType<typeof readTar>, name: string): Uint8Array {
  const file = files.find((candidate) => candidate.name === name);
  if (file === undefined) throw new Error(`did not find ${name} in the package`);
  return file.content;
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function record(bytes: Uint8Array): Record<string, unknown> {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('expected a JSON object');
  return value as Record<string, unknown>;
}
