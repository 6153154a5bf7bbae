import type { HostPort } from '../../../model/fabric.js';
import { inputProblem } from '../problem.js';
import type { BatchSettings, FabricConfigAction, OrganizationDefinition } from './action.js';

const MAX_ITEMS = 100;
const KINDS = [
  'addOrganization',
  'removeOrganization',
  'updateOrganization',
  'setAnchorPeers',
  'setBatch',
  'setPolicy',
  'setCapabilities',
  'configUpdate',
] as const satisfies readonly FabricConfigAction['kind'][];

/** Reads `FabricConfigActionInput` as JSON has it: exactly one change. Throws `INPUT_INVALID`, naming the field. */
export function readAction(input: unknown): FabricConfigAction {
  const fields = objectIn(input, 'change');
  const [first, ...more] = Object.keys(fields).filter((key) => fields[key] != null);
  const kind = KINDS.find((known) => known === first);
  if (kind === undefined || more.length > 0)
    throw wrong('change', [first, ...more].join(', ') || 'nothing', `exactly one of ${KINDS.join(', ')}`);
  return READERS[kind](fields[kind], `change.${kind}`);
}

const READERS: { readonly [K in FabricConfigAction['kind']]: (value: unknown, at: string) => FabricConfigAction } = {
  addOrganization: (value, at) => ({ kind: 'addOrganization', organization: organizationIn(value, at) }),
  updateOrganization: (value, at) => ({ kind: 'updateOrganization', organization: organizationIn(value, at) }),
  removeOrganization: (value, at) => ({ kind: 'removeOrganization', mspId: textIn(value, at) }),
  setAnchorPeers: (value, at) => {
    const { mspId, anchorPeers } = objectIn(value, at);
    return {
      kind: 'setAnchorPeers',
      mspId: textIn(mspId, `${at}.mspId`),
      anchorPeers: listIn(anchorPeers, `${at}.anchorPeers`, peerIn),
    };
  },
  setBatch: (value, at) => ({ kind: 'setBatch', batch: batchIn(objectIn(value, at), at) }),
  setPolicy: (value, at) => {
    const { path, rule } = objectIn(value, at);
    return { kind: 'setPolicy', path: textIn(path, `${at}.path`), rule: textIn(rule, `${at}.rule`) };
  },
  setCapabilities: (value, at) => {
    const { group, capabilities } = objectIn(value, at);
    return {
      kind: 'setCapabilities',
      group: textIn(group, `${at}.group`),
      capabilities: listIn(capabilities, `${at}.capabilities`, textIn),
    };
  },
  configUpdate: (value, at) => ({ kind: 'configUpdate', update: bytesIn(value, at) }),
};

/** Reads `OrganizationInput`. Throws `INPUT_INVALID`, naming the field. */
export function organizationIn(value: unknown, at: string): OrganizationDefinition {
  const fields = objectIn(value, at);
  const texts = (key: string): string[] => listIn(fields[key], `${at}.${key}`, textIn);
  return {
    mspId: textIn(fields['mspId'], `${at}.mspId`),
    rootCertificates: texts('rootCertificates'),
    intermediateCertificates: fields['intermediateCertificates'] == null ? null : texts('intermediateCertificates'),
    admins: fields['admins'] == null ? null : texts('admins'),
    tlsRootCertificates: texts('tlsRootCertificates'),
    nodeOUs: fields['nodeOUs'] == null ? true : flagIn(fields['nodeOUs'], `${at}.nodeOUs`),
    anchorPeers: fields['anchorPeers'] == null ? null : listIn(fields['anchorPeers'], `${at}.anchorPeers`, peerIn),
  };
}

function batchIn(fields: Readonly<Record<string, unknown>>, at: string): BatchSettings {
  const number = (key: string): number | null => (fields[key] == null ? null : wholeIn(fields[key], `${at}.${key}`));
  return {
    timeoutMs: number('timeoutMs'),
    maxMessageCount: number('maxMessageCount'),
    absoluteMaxBytes: number('absoluteMaxBytes'),
    preferredMaxBytes: number('preferredMaxBytes'),
  };
}

function peerIn(value: unknown, at: string): HostPort {
  const { host, port } = objectIn(value, at);
  return { host: textIn(host, `${at}.host`), port: wholeIn(port, `${at}.port`) };
}

function objectIn(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, value, 'an object');
  return { ...value };
}

function textIn(value: unknown, at: string): string {
  if (typeof value !== 'string') throw wrong(at, value, 'a text');
  return value;
}

function flagIn(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw wrong(at, value, 'true or false');
  return value;
}

/** A BigInt of the schema may come as text. */
function wholeIn(value: unknown, at: string): number {
  const digits = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  const number = typeof digits === 'bigint' ? Number(digits) : digits;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw wrong(at, value, 'a whole number');
  return number;
}

function listIn<T>(value: unknown, at: string, read: (item: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) throw wrong(at, value, 'a list');
  if (value.length > MAX_ITEMS) throw wrong(at, `${value.length} entries`, `at most ${MAX_ITEMS}`);
  return value.map((item, i) => read(item, `${at}[${i}]`));
}

/** As the schema's Bytes: 0x-prefixed hex. */
function bytesIn(value: unknown, at: string): Uint8Array {
  if (typeof value !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(value)) throw wrong(at, value, '0x-prefixed hex');
  return Buffer.from(value.slice(2), 'hex');
}

const wrong = (at: string, value: unknown, expected: string) =>
  inputProblem(`${at} is not what it must be`, {
    got: typeof value === 'string' ? value.slice(0, 100) : value === undefined ? 'nothing' : value,
    expected,
    fix: `Correct ${at}.`,
  });
