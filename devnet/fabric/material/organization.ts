import { join } from 'node:path';
import type { KeyPair } from '../ports.js';
import { createAuthority, openAuthority, type Authority, type Subject } from './authority.js';
import { keptKeys, keyPaths, type KeyPaths } from './keyFiles.js';

/** Every node is reached by these, on this machine only. */
const HOSTS = ['localhost', '127.0.0.1'];

export const USERS = { admin: 'admin', user1: 'client' } as const;

/** The certificates of an organisation that every organisation has. */
export interface OrganizationKeys {
  readonly rootCertificatePem: string;
  readonly tlsRootCertificatePem: string;
  readonly users: Readonly<Record<string, KeyPair>>;
  readonly userPaths: Readonly<Record<string, KeyPaths>>;
  readonly node: KeyPair & { readonly tls: KeyPair };
}

/**
 * Makes an organisation's certificates, or reads those in the directory: a root authority and a TLS root authority, its one
 * node (a peer or an orderer) with both kinds of certificate, and its users admin and user1 with their NodeOU roles.
 */
export async function organizationKeys(
  directory: string,
  name: string,
  node: 'peer' | 'orderer',
): Promise<OrganizationKeys> {
  const domain = `${name}.example`;
  const ca = await keptAuthority(join(directory, 'ca'), `ca.${domain}`, domain);
  const tlsCa = await keptAuthority(join(directory, 'tlsca'), `tlsca.${domain}`, domain);
  const issue = (from: Authority, path: string, subject: Omit<Subject, 'organization'>): Promise<KeyPair> =>
    keptKeys(join(directory, path), () => from.issue({ ...subject, organization: domain }));
  const users: Record<string, KeyPair> = {};
  for (const [user, unit] of Object.entries(USERS)) {
    users[user] = await issue(ca, join('users', user), { commonName: `${user}.${domain}`, unit });
  }
  const commonName = `${node}.${domain}`;
  const signing = await issue(ca, node, { commonName, unit: node });
  const tls = await issue(tlsCa, join(node, 'tls'), { commonName, hosts: [commonName, ...HOSTS] });
  return {
    rootCertificatePem: ca.keys.certificatePem,
    tlsRootCertificatePem: tlsCa.keys.certificatePem,
    users,
    userPaths: Object.fromEntries(Object.keys(USERS).map((user) => [user, keyPaths(join(directory, 'users', user))])),
    node: { ...signing, tls },
  };
}

async function keptAuthority(directory: string, commonName: string, organization: string): Promise<Authority> {
  return openAuthority(await keptKeys(directory, async () => (await createAuthority(commonName, organization)).keys));
}
