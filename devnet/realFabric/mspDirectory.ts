import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair, OrganizationMaterial } from '../fabric/ports.js';

type Authorities = Pick<OrganizationMaterial, 'rootCertificatePem' | 'tlsRootCertificatePem'>;

const UNITS = {
  ClientOUIdentifier: 'client',
  AdminOUIdentifier: 'admin',
  PeerOUIdentifier: 'peer',
  OrdererOUIdentifier: 'orderer',
};

/** Writes the directory by which Fabric's commands know an organisation and a node's own key; returns its path. */
export function writeMsp(directory: string, authorities: Authorities, keys: KeyPair): string {
  writePem(join(directory, 'cacerts'), 'ca.pem', authorities.rootCertificatePem);
  writePem(join(directory, 'tlscacerts'), 'tlsca.pem', authorities.tlsRootCertificatePem);
  writePem(join(directory, 'signcerts'), 'cert.pem', keys.certificatePem);
  writePem(join(directory, 'keystore'), 'key.pem', keys.privateKeyPem);
  const units = Object.entries(UNITS).map(([name, unit]) => [
    name,
    { Certificate: 'cacerts/ca.pem', OrganizationalUnitIdentifier: unit },
  ]);
  const config = { NodeOUs: { Enable: true, ...Object.fromEntries(units) } };
  writeFileSync(join(directory, 'config.yaml'), JSON.stringify(config, null, 2));
  return directory;
}

/** Where a node's TLS files are. */
export interface TlsFiles {
  readonly certificate: string;
  readonly privateKey: string;
  readonly root: string;
}

export function writeTls(directory: string, authorities: Authorities, keys: KeyPair): TlsFiles {
  return {
    certificate: writePem(directory, 'cert.pem', keys.certificatePem),
    privateKey: writePem(directory, 'key.pem', keys.privateKeyPem),
    root: writePem(directory, 'ca.pem', authorities.tlsRootCertificatePem),
  };
}

function writePem(directory: string, name: string, pem: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, name);
  writeFileSync(path, pem, { mode: 0o600 });
  return path;
}
