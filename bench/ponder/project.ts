import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version that is measured against, and what it asks to have beside it. */
export const PACKAGES = ['ponder@0.16.6', 'viem@2', 'hono@4', 'typescript@5'];

export interface Indexed {
  readonly rpc: string;
  readonly addresses: readonly string[];
  readonly firstBlock: number;
  readonly lastBlock: number;
}

/** A project of Ponder's that stores each ERC-20 transfer as a row, in its embedded PGlite, and tells how many it has. */
export function writeProject(directory: string, { rpc, addresses, firstBlock, lastBlock }: Indexed): void {
  const files = {
    'ponder.config.ts': `
import { createConfig } from 'ponder';
import { parseAbi } from 'viem';
export default createConfig({
  chains: { local: { id: 31337, rpc: ${JSON.stringify(rpc)} } },
  contracts: { Token: {
    abi: parseAbi(['event Transfer(address indexed from, address indexed to, uint256 value)']),
    chain: 'local', address: ${JSON.stringify(addresses)} as \`0x\${string}\`[],
    startBlock: ${firstBlock}, endBlock: ${lastBlock},
  } },
});
`,
    'ponder.schema.ts': `
import { onchainTable } from 'ponder';
export const transfer = onchainTable('transfer', (t) => ({
  id: t.text().primaryKey(), block: t.bigint().notNull(), hash: t.hex().notNull(),
  from: t.hex().notNull(), to: t.hex().notNull(), value: t.bigint().notNull(),
}));
`,
    'src/index.ts': `
import { ponder } from 'ponder:registry';
import { transfer } from 'ponder:schema';
ponder.on('Token:Transfer', async ({ event, context }) => {
  await context.db.insert(transfer).values({
    id: event.id, block: event.block.number, hash: event.transaction.hash, ...event.args,
  });
});
`,
    'src/api/index.ts': `
import { db } from 'ponder:api';
import { transfer } from 'ponder:schema';
import { Hono } from 'hono';
import { count } from 'ponder';
const app = new Hono();
app.get('/count', async (c) => c.json((await db.select({ count: count() }).from(transfer))[0]));
export default app;
`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}
