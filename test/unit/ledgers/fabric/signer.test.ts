import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthority, type Authority } from '../../../../devnet/fabric/material/authority.js';
import type { KeyPair } from '../../../../devnet/fabric/ports.js';
import { clientSigner, type ClientSigner } from '../../../../src/ledgers/fabric/live/signer.js';

const HOUR_MS = 3_600_000;
const BEGIN = Date.now();

let directory: string;
let authority: Authority;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-signer-'));
  authority = await createAuthority('ca', 'Org1');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const files = () => ({ certificate: join(directory, 'cert.pem'), privateKey: join(directory, 'key.pem') });
const issue = (hours: number): Promise<KeyPair> =>
  authority.issue({
    ...{ commonName: 'reader', organization: 'Org1', unit: 'client' },
    notAfter: new Date(BEGIN + hours * HOUR_MS),
  });
function put({ certificatePem, privateKeyPem }: KeyPair): void {
  writeFileSync(files().certificate, certificatePem);
  writeFileSync(files().privateKey, privateKeyPem);
}
function expectSigns(signer: ClientSigner, { certificatePem }: KeyPair): void {
  expect(signer.certificatePem).toBe(certificatePem);
  const key = createPublicKey(new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' }));
  const message = Buffer.from('block 7');
  expect(Buffer.from(signer.serialized).includes(certificatePem)).toBe(true);
  expect(verify('sha256', message, key, signer.sign(message))).toBe(true);
}

describe('an identity whose certificate expires', () => {
  test('is the one of its files from then on, once they hold a valid one that fits its key', async () => {
    const [first, second] = [await issue(1), await issue(50)];
    put(first);
    const clock = { ms: BEGIN };
    const signer = clientSigner('trade', { mspId: 'Org1MSP', ...first, files: files() }, () => clock.ms);
    put(second);
    expectSigns(signer, first); // What is valid is not exchanged.
    put(first);
    clock.ms += 2 * HOUR_MS;
    expectSigns(signer, first); // Nothing better is there.
    expect(signer.notAfter.getTime()).toBeLessThan(clock.ms);
    writeFileSync(files().certificate, second.certificatePem);
    clock.ms += 2_000;
    expectSigns(signer, first); // The key of the new one is still to come.
    put(second);
    clock.ms += 2_000;
    expectSigns(signer, second);
    expect(signer.notAfter.getTime()).toBeGreaterThan(clock.ms);
  });

  test('stays as it is where it came from no files', async () => {
    const first = await issue(1);
    const signer = clientSigner('trade', { mspId: 'Org1MSP', ...first }, () => BEGIN + 2 * HOUR_MS);
    expectSigns(signer, first);
  });
});
