import { X509Certificate } from 'node:crypto';
import { quote, requireId } from '../common/checks.js';
import { parseFields, type Fields } from '../common/json.js';
import type { OrganizationDefinition } from './invitation.js';
import type { MemberAccount } from './member.js';

const MAX_DEFINITION_CHARACTERS = 200_000;
const MAX_CERTIFICATES = 10;
export const MAX_CERTIFICATE_CHARACTERS = 10_000;
const MAX_ANCHOR_PEERS = 10;
const MAX_ACCOUNTS = 20;
const HOST_PATTERN = /^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/;
/** CAIP-2. */
const CHAIN_PATTERN = /^[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,32}$/;
const ADDRESS_PATTERN = /^0x[0-9a-fA-F]{40}$/;

/** Reads an organisation's definition, fills in what was absent, and refuses names that it does not know. */
export function parseDefinition(json: string): OrganizationDefinition {
  const fields = parseFields('definition', json, MAX_DEFINITION_CHARACTERS).only(
    'mspId',
    'name',
    'rootCertificates',
    'intermediateCertificates',
    'admins',
    'tlsRootCertificates',
    'nodeOUs',
    'anchorPeers',
    'accounts',
  );
  const mspId = fields.text('mspId', 1, 64);
  requireId('definition.mspId', mspId);
  return {
    mspId,
    name: fields.text('name', 1, 100),
    rootCertificates: certificates(fields, 'rootCertificates'),
    intermediateCertificates: certificates(fields, 'intermediateCertificates'),
    admins: certificates(fields, 'admins'),
    tlsRootCertificates: certificates(fields, 'tlsRootCertificates'),
    nodeOUs: fields.flag('nodeOUs', true),
    anchorPeers: fields.objects('anchorPeers', MAX_ANCHOR_PEERS).map(anchorPeer),
    accounts: fields.objects('accounts', MAX_ACCOUNTS).map(account),
  };
}

/** Reads one certificate; throws, with its name, where it is none. */
export function certificate(name: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error(`${name} is no X.509 certificate in PEM: got ${quote(pem)}`);
  }
}

function certificates(fields: Fields, field: string): readonly string[] {
  const pems = fields.texts(field, MAX_CERTIFICATES, MAX_CERTIFICATE_CHARACTERS);
  pems.forEach((pem, index) => certificate(`definition.${field}[${index}]`, pem));
  return pems;
}

function anchorPeer(fields: Fields): { readonly host: string; readonly port: number } {
  const host = fields.only('host', 'port').text('host', 1, 253);
  if (!HOST_PATTERN.test(host))
    throw new Error(`An anchor peer's host is ${quote(host)}, expected a name or an address`);
  return { host, port: fields.integer('port', 1, 65_535) };
}

function account(fields: Fields): MemberAccount {
  const chain = fields.only('chain', 'address').text('chain', 5, 41);
  if (!CHAIN_PATTERN.test(chain))
    throw new Error(`An account's chain is ${quote(chain)}, expected a CAIP-2 id as in eip155:1`);
  const address = fields.text('address', 42, 42);
  if (!ADDRESS_PATTERN.test(address)) {
    throw new Error(`An account's address is ${quote(address)}, expected 0x and 40 hex digits`);
  }
  return { chain, address };
}
