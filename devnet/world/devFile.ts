import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EthereumWorld } from '../ethereum/index.js';
import type { FabricWorld } from './fabric.js';
import type { ParleyProcess } from './parleyProcess.js';

/** Writes `dev.json`: the running world, for any tool. Paths in it are absolute. Whole or not at all. */
export function writeDevFile(
  directory: string,
  world: {
    readonly fabric: FabricWorld;
    readonly ethereum: EthereumWorld;
    readonly parley: ParleyProcess;
    readonly version: string;
  },
): void {
  const { fabric, ethereum, parley } = world;
  const document = {
    parley: { pid: parley.pid, url: parley.url, config: parley.config, version: world.version },
    fabric: {
      kind: fabric.kind,
      pids: fabric.pids,
      channels: fabric.ready.channels,
      organizations: fabric.ready.organizations,
    },
    ethereum: {
      pid: ethereum.pid,
      rpc: ethereum.rpc,
      ws: ethereum.ws,
      chainId: ethereum.chainId,
      contracts: ethereum.contracts,
    },
    members: {},
  };
  const file = join(directory, 'dev.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(document, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
