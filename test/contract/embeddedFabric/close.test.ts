import { connect } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startFabric } from '../../../devnet/fabric/start.js';

test('an embedded network closes though somebody is connected who says nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
  try {
    const fabric = await startFabric({
      directory,
      channels: [{ name: 'trade', consensus: 'RAFT', organizations: ['HarvestMSP'], maxMessageCount: 1 }],
    });
    const [, port] = fabric.organizations[0]?.peerEndpoint.split(':') ?? [];
    const silent = connect(Number(port), '127.0.0.1');
    await once(silent, 'connect');
    const closed = fabric.close().then(() => 'closed');
    const late = new Promise((resolve) => setTimeout(resolve, 30_000, 'still open').unref());
    expect(await Promise.race([closed, late])).toBe('closed');
    silent.destroy();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
