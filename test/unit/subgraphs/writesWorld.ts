import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devAccount, startAnvil } from '../../../devnet/ethereum/index.js';
import { identify, visibleTo } from '../../../src/access/index.js';
import { openSigners } from '../../../src/keys/index.js';
import { pause } from '../../../src/lib/pause.js';
import { createEthereumLedger } from '../../../src/ledgers/ethereum/index.js';
import { openJournal, openStore } from '../../../src/store/index.js';
import type { StoreJournal } from '../../../src/store/store.js';
import { sendFromWallet } from '../../../src/subgraphs/ethereumWrite.js';
import { ethereumSender, fabricSender, WritesDesk, writesOf } from '../../../src/subgraphs/index.js';
import type { Write, Writes, WriteSteps } from '../../../src/subgraphs/writes.js';
import type { WritesTimes } from '../../../src/subgraphs/writesDesk.js';
import { ledgerOptions } from '../../contract/ethereumWorld.js';
import { endAdvisoryLock } from '../../support/postgres.js';

const QUICK = { lookEveryMs: 5, glanceEveryMs: 20, tendAfterMs: 100, tendAtMostEveryMs: 200 };

/** A process that writes: its own journal connection and desk over the world's store and chain. */
export interface Process {
  readonly journal: StoreJournal;
  readonly desk: WritesDesk;
  readonly problems: unknown[];
  /** `context.writes` of a caller. */
  writes(options?: {
    readonly caller?: string;
    readonly answerWithinMs?: number;
    readonly signal?: AbortSignal;
  }): Writes;
  /** As a process that is stopped. */
  close(): Promise<void>;
}

const slowed = (ms: number): typeof ethereumSender => ({
  ...ethereumSender,
  send: async (ledger, outgoing, signal) => {
    await pause(ms, signal);
    await ethereumSender.send(ledger, outgoing, signal);
  },
});

/** A private chain that mines when told to, its index (in a file where no other store is given), and processes that write to it. */
export async function writesWorld(storeUrl?: string) {
  const directory = mkdtempSync(join(tmpdir(), 'parley-writes-'));
  const url = storeUrl ?? `sqlite:${join(directory, 'index.db')}`;
  const store = await openStore(url);
  const anvil = await startAnvil({ chainId: 31337, mining: 'manual' });
  const ledger = createEthereumLedger(ledgerOptions(anvil));
  const wallets = [1, 2].map((n) => devAccount(n));
  const signers = openSigners(
    wallets.map(({ privateKey }, n) => ({
      ...{ id: `wallet-${n + 1}`, member: n === 0 ? 'harvest' : 'meridian', kind: 'ethereum' },
      privateKey: privateKey.slice(2),
    })),
  );
  await store.declare({ id: ledger.id, kind: 'ethereum', name: ledger.name, startBlock: 0 });
  const scope = visibleTo(identify(), [ledger.id]);
  const open: Process[] = [];

  /** Reads what was mined into the index. */
  const index = async (): Promise<void> => {
    const [row] = await store.ledgers(scope);
    const from = (row?.tip?.number ?? -1) + 1;
    const head = await ledger.head();
    if (head.number < from) return;
    const decoder = ledger.decoder(await ledger.seed(from));
    for await (const raw of ledger.read(from, head.number, new AbortController().signal))
      await store.append([decoder.decode(raw)], null);
  };
  await index();

  /** `sendLateMs`: how long its transactions are on their way to the node. */
  const start = async (times: Partial<WritesTimes> = {}, sendLateMs = 0, openAtMost?: number): Promise<Process> => {
    const journal = await openJournal(url);
    const problems: unknown[] = [];
    const desk = new WritesDesk({
      ...{ journal, store, senders: { fabric: fabricSender, ethereum: slowed(sendLateMs) } },
      times: { ...QUICK, ...times },
      ...(openAtMost === undefined ? {} : { openAtMost }),
      scope: () => scope,
      ledger: (id) => (id === ledger.id ? ledger : undefined),
      onProblem: (error) => problems.push(error),
    });
    await desk.start();
    const made: Process = {
      ...{ journal, desk, problems },
      writes: ({ caller = 'operator', answerWithinMs = 5_000, signal = new AbortController().signal } = {}) =>
        writesOf({ desk, principal: identify(), caller, scope, store, signers, signal, answerWithinMs }),
      close: async () => {
        open.splice(open.indexOf(made), 1);
        await desk.close();
        await journal.close();
      },
    };
    open.push(made);
    return made;
  };

  /** A transfer from the first wallet; `before` runs while it is being carried out. */
  const transfer = (
    writes: Writes,
    value: string,
    {
      key = null,
      wait = true,
      before,
    }: { key?: string | null; wait?: boolean; before?(steps: WriteSteps): unknown } = {},
  ): Write => {
    const { decision, signer } = writes.decideWithSigner('sendTransaction', ledger.id, {
      as: null,
      signer: 'wallet-1',
    });
    const to = wallets[1]?.address ?? '';
    return {
      ...{ decision, input: { to, value }, idempotencyKey: key, wait },
      carryOut: async (steps) => {
        await before?.(steps);
        const request = { from: wallets[0]?.address ?? '', to, value };
        await sendFromWallet(
          ledger,
          { ...request, data: null, function: null, arguments: [], gas: null },
          signer,
          steps,
        );
      },
    };
  };

  return {
    ...{ store, url, anvil, ledger, index, start, transfer },
    /** Takes from a process what says that it lives, as where its machine is cut off from the store. */
    cutOff: async ({ journal: { owner } }: Process) => {
      rmSync(join(directory, `index.db-writes-${owner}`), { force: true });
      await endAdvisoryLock(url, `parley writes ${owner}`);
    },
    /** Mines what waits and indexes it. */
    mine: async () => {
      await anvil.mine();
      await index();
    },
    close: async () => {
      for (const one of [...open]) await one.close();
      await ledger.close();
      await anvil.close();
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
export type WritesWorld = Awaited<ReturnType<typeof writesWorld>>;
