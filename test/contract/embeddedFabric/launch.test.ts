import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { launchFabric } from '../../../devnet/fabric/launch.js';
import type { LaunchedFabric } from '../../../devnet/fabric/launch.js';
import { repositoryRoot } from '../../../devnet/repositoryRoot.js';

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
  try {
    await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const isRunning = ({ pid }: LaunchedFabric): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('embedded Fabric in a process of its own', () => {
  test('says where everything is, and ends when told', async () => {
    await inDirectory(async (directory) => {
      const fabric = await launchFabric({ directory });
      expect(fabric.ready.pid).toBe(fabric.pid);
      expect(Object.keys(fabric.ready.organizations)).toEqual(['HarvestMSP', 'MeridianMSP', 'NorthwindMSP']);
      expect(fabric.ready.organizations['HarvestMSP']?.peer).toMatch(/^localhost:\d+$/);
      expect(fabric.ready.channels).toEqual({
        trade: {
          id: expect.stringMatching(/^fabric:[0-9a-f]{32}$/),
          organizations: ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'],
        },
        payments: {
          id: expect.stringMatching(/^fabric:[0-9a-f]{32}$/),
          organizations: ['MeridianMSP', 'NorthwindMSP'],
        },
      });
      expect(isRunning(fabric)).toBe(true);
      await fabric.close();
      expect(await fabric.ended).toBe('exit code 0');
      const again = await launchFabric({ directory });
      expect(again.ready.channels).toEqual(fabric.ready.channels);
      process.kill(again.pid, 'SIGKILL');
      expect(await again.ended).toBe('signal SIGKILL');
      const third = await launchFabric({ directory });
      expect(third.ready).toEqual({ ...fabric.ready, pid: third.pid });
      await third.close();
    });
  });

  test('ends when its parent goes away', async () => {
    await inDirectory(async (directory) => {
      const fabric = await launchFabric({ directory });
      await fabric.close();
      const main = join(repositoryRoot(), 'dist', 'devnet', 'fabric', 'main.js');
      const child = spawn(process.execPath, [main, join(directory, 'options.json')], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      expect(await ended).toBe(0);
    });
  });
});
