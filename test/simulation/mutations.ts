/** One deliberate break of src: a text of a file, what stands in its place, and what that breaks. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
}

/** Each must be caught by the simulation. The text must occur exactly once: where code moves on, its break moves with it. */
export const mutations: readonly Mutation[] = [
  {
    name: 'a client that was away is not told what was taken back',
    file: 'src/feed/catchUp.ts',
    text: "const rows = asked.kinds.has('RETRACTED') ?",
    replacement: 'const rows = asked.finalOnly ?',
  },
  {
    name: 'a cursor stands before its message instead of after it',
    file: 'src/feed/live.ts',
    text: "return { kind: 'APPENDED', confirmation: final ? 'FINAL' : 'CONFIRMED', block, row, position: at };",
    replacement: "return { kind: 'APPENDED', confirmation: final ? 'FINAL' : 'CONFIRMED', block, row, position };",
  },
  {
    name: 'a cursor inside a block forgets how far it came (`through`)',
    file: 'src/feed/position.ts',
    text: 'if (!final) return { ...before, block, through: next, recent };',
    replacement: 'if (!final) return { ...before, block, through: null, recent };',
  },
  {
    name: 'what is taken back of a block that was passed in part is all of it',
    file: 'src/feed/catchUp.ts',
    text: 'indexOf(items, row) < through && match(row)',
    replacement: 'through !== -1 && match(row)',
  },
  {
    name: 'what becomes final of a block that was passed in part is all of it',
    file: 'src/feed/catchUp.ts',
    text: 'blockOf(row).number !== block?.number || through === null || indexOf(items, row) < through;',
    replacement: 'blockOf(row).number !== -1 || through === null;',
  },
  {
    name: 'a cursor says that a whole block is known to be final after its first item',
    file: 'src/feed/position.ts',
    text: 'const final = next === null ? number : number - 1;',
    replacement: 'const final = number;',
  },
  {
    name: 'catching up begins one block late',
    file: 'src/feed/catchUp.ts',
    text: 'block === null ? final + 1 : block.number + (through === null ? 1 : 0);',
    replacement: 'block === null ? final + 1 : block.number + (through === null ? 2 : 0);',
  },
  {
    name: 'live begins one entry after where catching up ended',
    file: 'src/feed/stream.ts',
    text: 'place.joined = sequence ?? 0;',
    replacement: 'place.joined = (sequence ?? 0) + 1;',
  },
  {
    name: 'a reader that fell out of the ring goes on at its end',
    file: 'src/feed/stream.ts',
    text: 'if (at < this.shared.ring.sequence) this.#leaveRing();',
    replacement: 'if (at < this.shared.ring.sequence) this.#pointer = this.shared.ring.sequence;',
  },
  {
    name: 'catching up reads from a store that moves on meanwhile',
    file: 'src/feed/stream.ts',
    text: 'this.shared.store.snapshot((reads) => catchUpStep(',
    replacement:
      '((work: (reads: never) => ReturnType<typeof catchUpStep>) => work(this.shared.store as never))((reads) => catchUpStep(',
  },
  {
    name: 'a block that the index never saw is taken for one of its chain',
    file: 'src/feed/stance.ts',
    text: "return ofUnknown(position, chain, branch.length > 0 ? 'kept' : tip);",
    replacement:
      "return chain.length < 0 ? ofUnknown(position, chain, branch.length > 0 ? 'kept' : tip) : { kind: 'canonical' };",
  },
  {
    name: 'RESYNC_REQUIRED names the newest block instead of the last common one',
    file: 'src/feed/stance.ts',
    text: 'return chain.findLast(agrees) ?? null;',
    replacement: 'return chain.findLast((one) => agrees(one) || true) ?? null;',
  },
  {
    name: 'filters of live streams forget the outcome',
    file: 'src/feed/matchTransaction.ts',
    text: 'outcome == null ? null : (row) => row.outcome === outcome,',
    replacement: 'outcome == null ? null : (row) => row.outcome !== null,',
  },
  {
    name: 'outbox and checkpoint are written in a transaction of their own',
    file: 'src/store/queries/chain.ts',
    text: 'await saveLedger(trx, session, await published(trx, session, { ...state, next_seq }, raw));',
    replacement:
      'await sql`commit`.execute(trx); await sql`begin immediate`.execute(trx); await saveLedger(trx, session, await published(trx, session, { ...state, next_seq }, raw));',
  },
  {
    name: 'who was succeeded may write',
    file: 'src/store/queries/ledgers.ts',
    text: 'if (epoch === undefined || epoch === row.epoch) return row;',
    replacement: 'if (epoch !== -1) return row;',
  },
  {
    name: 'what stood on a block that comes back keeps its place before it',
    file: 'src/store/queries/returning.ts',
    text: 'moves.push([from, next++]);',
    replacement: 'moves.slice(from);',
  },
  {
    name: 'branches are forgotten from the bottom',
    file: 'src/store/queries/finality.ts',
    text: 'and b.seq not in (select seq from needed)',
    replacement: '',
  },
  {
    name: 'the finality of a branch that was left is taken for ours',
    file: 'src/ingest/chain.ts',
    text: 'await this.note(onOurs ? head : this.withoutFinality(head));',
    replacement: 'await this.note(onOurs ? head : { ...this.withoutFinality(head), finalized: head.finalized });',
  },
  {
    name: 'blocks that became final are not published',
    file: 'src/store/queries/finality.ts',
    text: "return publish(trx, session, moved, 'FINALIZED', blocks);",
    replacement: "return publish(trx, session, moved, 'FINALIZED', blocks.slice(1));",
  },
  {
    name: 'who joins a topic lacks its first message',
    file: 'src/gateway/subscribe/recent.ts',
    text: 'return this.#messages.filter((message) => (message.sequence ?? 0) > sequence);',
    replacement: 'return this.#messages.filter((message) => (message.sequence ?? 0) > sequence).slice(1);',
  },
  {
    name: 'who joins a topic is not asked whether the topic still has what it lacks',
    file: 'src/gateway/subscribe/recent.ts',
    text: "if (this.#through === null || this.#from === null || sequence < this.#from) return 'behind';",
    replacement: "if (this.#through === null || this.#from === null) return 'behind';",
  },
  {
    name: 'a reading that failed goes on where it began, not after what it passed on',
    file: 'src/gateway/subscribe/reading.ts',
    text: 'this.#place = cursor;',
    replacement: 'this.#place ??= cursor;',
  },
  {
    name: 'who fell behind goes on after what its topic told, not after what it was sent',
    file: 'src/gateway/subscribe/createSubscriptions.ts',
    text: 'const reading = this.#readingOf(asked, () => this.#engine.resume(asked, place()), place);',
    replacement:
      'const told = (): string => topic.place?.() ?? place(); const reading = this.#readingOf(asked, () => this.#engine.resume(asked, told()), told);',
  },
];
