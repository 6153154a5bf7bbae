import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packageChaincode, packageIdOf, parseChaincodePackage } from '../../../../devnet/fabric/chaincodePackage.js';
import { readTar, writeTar } from '../../../../devnet/fabric/tar.js';

describe('chaincode packages', () => {
  test('hold the service’s address, and are the same bytes for the same service', () => {
    const bytes = packageChaincode('assets_1.0', { address: '127.0.0.1:9999', dialTimeout: '500ms' });
    expect(bytes).toEqual(packageChaincode('assets_1.0', { address: '127.0.0.1:9999', dialTimeout: '500ms' }));
    expect(parseChaincodePackage(bytes)).toEqual({
      label: 'assets_1.0',
      type: 'ccaas',
      service: { address: '127.0.0.1:9999', dialTimeoutMs: 500 },
    });
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(packageIdOf('assets_1.0', bytes)).toBe(`assets_1.0:${hash}`);
    const code = readTar(gunzipSync(bytes)).find(({ name }) => name === 'code.tar.gz');
    const [connection] = readTar(gunzipSync(code?.content ?? new Uint8Array()));
    expect(JSON.parse(Buffer.from(connection?.content ?? []).toString())).toEqual({
      address: '127.0.0.1:9999',
      dial_timeout: '500ms',
      tls_required: false,
    });
  });

  test('that are none say why', () => {
    expect(() => parseChaincodePackage(Buffer.from('nothing'))).toThrow(
      'error reading as gzip stream: gzip: invalid header',
    );
    const golang = gzipSync(
      writeTar([{ name: 'metadata.json', content: Buffer.from('{"type":"golang","label":"a"}') }]),
    );
    expect(() => parseChaincodePackage(golang)).toThrow('only chaincode as a service runs here');
    const unlabelled = gzipSync(writeTar([{ name: 'metadata.json', content: Buffer.from('{"type":"ccaas"}') }]));
    expect(parseError(unlabelled)).toMatch(/^invalid label ''/);
  });

  test('archives come back as they went in', () => {
    const file = fc.record({
      name: fc.stringMatching(/^[a-z]{1,20}$/),
      content: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 5 }), (files) => {
        expect(readTar(writeTar(files))).toEqual(files);
      }),
    );
  });

  test('an archive that was cut off is refused', () => {
    const archive = writeTar([{ name: 'a', content: Buffer.alloc(2000, 1) }]);
    expect(() => readTar(archive.subarray(0, 1500))).toThrow('unexpected EOF');
  });
});

function parseError(bytes: Uint8Array): string {
  try {
    parseChaincodePackage(bytes);
    return 'nothing was wrong';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
