import type { RawBlock } from '../../../model/block.js';
import { pause } from '../jsonRpc/backoff.js';
import type { Endpoint } from '../jsonRpc/endpoint.js';
import { EndpointFault, type FaultKind } from '../jsonRpc/endpointFault.js';
import { chainIdCall, quantityOf, type Endpoints } from '../jsonRpc/endpoints.js';
import type { Proof, ProveInThread, Tuning } from '../options.js';
import { createKeccak256, type Keccak } from '../proofs/keccak.js';
import { Prover } from '../proofs/prover.js';
import { askBlocks, type BlockAnswer, type ProveText } from './askBlocks.js';
import { assemble, type Assembled } from './assemble.js';

/** A sound block; null where the node's chain ends before it; or why the node's answers make none. */
type Verdict = RawBlock | null | { readonly kind: FaultKind; readonly why: string };

const headCall = { method: 'eth_blockNumber', params: [] } as const;

/** Reads blocks whole and sound, or not at all. Each block comes from one endpoint alone. */
export class BlockReader {
  private readonly keccak: Promise<Keccak> = createKeccak256();
  private readonly prover: Prover;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly tuning: Tuning,
    private readonly proof: Proof,
    proveInThread: ProveInThread,
  ) {
    this.prover = new Prover(this.keccak, proveInThread);
  }

  /** How many blocks the endpoint in use is best asked for at once. */
  get batchBlocks(): number {
    return this.endpoints.used.batch.blocks;
  }

  /** Null where the chain has none of that number yet. */
  async one(number: number, signal?: AbortSignal): Promise<RawBlock | null> {
    const [block] = await this.endpoints.run((endpoint, stop) => this.start(endpoint, [number], false, stop), signal);
    return block ?? null;
  }

  /**
   * Blocks that exist, in the order asked. What came is kept where the rest has to be asked of another endpoint. Errors: `LEDGER_CONTRADICTION` where an endpoint's answers contradict each other, or
   * lack a block, each time that they are read again.
   */
  async many(numbers: readonly number[], signal?: AbortSignal): Promise<readonly RawBlock[]> {
    const blocks: RawBlock[] = [];
    while (blocks.length < numbers.length) {
      const rest = numbers.slice(blocks.length);
      const came = await this.endpoints.run((endpoint, stop) => this.start(endpoint, rest, true, stop), signal);
      blocks.push(...came.filter((block) => block !== null));
    }
    return blocks;
  }

  /** The first of these blocks: as many as the endpoint takes in one request. */
  private async start(
    endpoint: Endpoint,
    numbers: readonly number[],
    mustExist: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly (RawBlock | null)[]> {
    for (;;) {
      const part = numbers.slice(0, endpoint.batch.blocks);
      try {
        return await this.inOneRequest(endpoint, part, mustExist, signal);
      } catch (error) {
        if (!(error instanceof EndpointFault)) throw error;
        askForLess(endpoint, part.length, error);
      }
    }
  }

  private async inOneRequest(
    endpoint: Endpoint,
    numbers: readonly number[],
    mustExist: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly (RawBlock | null)[]> {
    const verdicts = await this.ask(endpoint, numbers, mustExist, signal);
    const blocks: (RawBlock | null)[] = [];
    for (const [i, verdict] of verdicts.entries()) {
      blocks.push(await this.settle(endpoint, verdict, numbers[i] ?? 0, mustExist, signal));
    }
    return blocks;
  }

  private async ask(
    endpoint: Endpoint,
    numbers: readonly number[],
    mustExist: boolean,
    signal: AbortSignal | undefined,
  ): Promise<readonly Verdict[]> {
    const { before, answers } = await askBlocks(endpoint, numbers, [chainIdCall, headCall], this.prove, signal);
    this.endpoints.requireChain(before[0]);
    endpoint.head = quantityOf(before[1]) ?? endpoint.head;
    const keccak = await this.keccak;
    return answers.map((answer) => this.judge(answer, endpoint.head, mustExist, keccak));
  }

  private judge(answer: BlockAnswer, head: number, mustExist: boolean, keccak: Keccak): Verdict {
    const { number, block, receipts, notYet } = answer;
    if (answer.assembled !== null) return verdictOf(number, answer.assembled);
    if (block === null && head < number) {
      return mustExist ? { kind: 'behind', why: `its head is ${head}, and block ${number} exists` } : null;
    }
    if (notYet !== null) return { kind: 'unreachable', why: `block ${number}: ${notYet}` };
    if (block === null) return { kind: 'contradiction', why: `block ${number} is missing, and the head is ${head}` };
    return verdictOf(number, assemble(number, block, receipts, this.proof, keccak));
  }

  private readonly prove: ProveText = (text, before, numbers) =>
    this.prover.prove({ text, before, numbers, proof: this.proof });

  close(): Promise<void> {
    return this.prover.close();
  }

  /** Reads again what was contradictory: it may have been a reorganisation under way, or a replica that lags. */
  private async settle(
    endpoint: Endpoint,
    first: Verdict,
    number: number,
    mustExist: boolean,
    signal: AbortSignal | undefined,
  ): Promise<RawBlock | null> {
    let verdict = first;
    for (let reread = 0; verdict !== null && 'why' in verdict; reread += 1) {
      if (reread >= this.tuning.rereads) throw new EndpointFault(verdict.kind, verdict.why);
      await pause(this.tuning.rereadPauseMs * 2 ** reread, signal);
      [verdict = null] = await this.ask(endpoint, [number], mustExist, signal);
    }
    return verdict;
  }
}

const verdictOf = (number: number, assembled: Assembled): Verdict =>
  assembled.ok ? assembled.block : { kind: 'contradiction', why: `block ${number}: ${assembled.contradiction}` };

/** Goes on where the endpoint may be asked for fewer blocks at once; else throws what it said. */
function askForLess(endpoint: Endpoint, blocks: number, fault: EndpointFault): void {
  if (fault.kind === 'overloaded') {
    if (!endpoint.batch.shrink(blocks, true)) throw new EndpointFault('refused', fault.message);
    return;
  }
  // No whole answer in time: that may have been the size, so the next try is smaller.
  if (fault.kind === 'unreachable') endpoint.batch.shrink(blocks, false);
  throw fault;
}
