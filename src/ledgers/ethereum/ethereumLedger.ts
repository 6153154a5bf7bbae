import { getAddress, isAddress } from 'ethers';
import { ParleyError } from '../../errors/index.js';
import type { BlockRef, RawBlock } from '../../model/block.js';
import type { DecodedValue, MethodCall } from '../../model/ethereum.js';
import { ethereumLedgerId, type LedgerId } from '../../model/ids.js';
import type { NodeHealth } from '../../model/networkNode.js';
import type {
  Answers,
  AtBlock,
  BlockDecoder,
  ContractCall,
  DataCall,
  DecoderSeed,
  EndpointReport,
  EthereumDraft,
  EthereumLedger,
  EthereumPlan,
  EthereumWriteRequest,
  KnownContract,
  LedgerHead,
  LedgerItem,
  SignedTransactionFacts,
  TokenBalanceQuestion,
  TokenFacts,
  TokenHolding,
  TransactionWhereabouts,
} from '../ledger.js';
import { BlockReader } from './blocks/blockReader.js';
import { follow } from './blocks/follow.js';
import { HeadNews } from './blocks/headNews.js';
import { HeadReader } from './blocks/heads.js';
import { readRange } from './blocks/readRange.js';
import { AbiIndex } from './decode/abiIndex.js';
import { EthereumBlockDecoder } from './decode/blockDecoder.js';
import { Checksums } from './decode/checksums.js';
import { TransactionDecoder } from './decode/transactionDecoder.js';
import { reportEndpoints } from './endpointReports.js';
import { Endpoints } from './jsonRpc/endpoints.js';
import { defaultPollIntervalMs, defaultTuning, type EthereumOptions, type Tuning } from './options.js';
import { Accounts } from './state/accounts.js';
import { ContractCalls } from './state/contractCalls.js';
import { DataCalls } from './state/dataCalls.js';
import { FailedTransactions, type FailedTransaction } from './state/failedTransactions.js';
import { encodeFunctionCall } from './state/functionCall.js';
import { readGasPrice, type GasPrice } from './state/gasPrice.js';
import { StateQuestions } from './state/questions.js';
import { RevertReasons } from './state/revertReason.js';
import { TokenHoldings } from './state/tokenHoldings.js';
import { Tokens } from './state/tokens.js';
import { Planning } from './writes/planning.js';
import { assemble, draftOf, isSigned, RawTransactions } from './writes/rawTransaction.js';
import { Sending } from './writes/sending.js';
import { Turns } from './writes/turns.js';

/** Shown blocks are remembered somewhat beyond what a reorganisation may take back. */
const REMEMBERED_BEYOND_WINDOW = 64;

/** An Ethereum chain behind JSON-RPC, https://ethereum.github.io/execution-apis/. */
export class EthereumChain implements EthereumLedger {
  readonly kind = 'ethereum';
  readonly id: LedgerId;
  readonly name: string;
  readonly chainId: bigint;
  readonly startBlock: number;
  readonly reorgBound: number;
  readonly contracts: readonly KnownContract[];
  private readonly closing = new AbortController();
  private readonly tuning: Tuning;
  private readonly pool: Endpoints;
  private readonly blocks: BlockReader;
  private readonly heads: HeadReader;
  private readonly abis: AbiIndex;
  private readonly checksums = new Checksums();
  private readonly questions: StateQuestions;
  private readonly reverts: RevertReasons;
  private readonly planning: Planning;
  private readonly raw: RawTransactions;
  private readonly sending: Sending;
  private readonly turns = new Turns();
  /** One for each stream that follows. */
  private readonly news = new Set<HeadNews>();

  constructor(private readonly options: EthereumOptions) {
    this.name = options.name;
    this.chainId = BigInt(options.chainId);
    this.id = ethereumLedgerId(this.chainId);
    this.startBlock = options.startBlock;
    this.reorgBound = options.reorgWindow;
    this.contracts = options.contracts.map(checked);
    this.tuning = { ...defaultTuning, ...options.tuning };
    this.abis = new AbiIndex(this.contracts);
    this.pool = new Endpoints(options, this.tuning);
    this.blocks = new BlockReader(this.pool, this.tuning, options.proof ?? 'roots', options.proveInThread ?? 'never');
    this.heads = new HeadReader(this.pool, options.finality);
    this.questions = new StateQuestions(this.pool, options.name, this.closing.signal);
    this.reverts = new RevertReasons(this.abis, this.checksums);
    this.planning = new Planning(this.pool, this.abis, this.reverts, options.name);
    this.raw = new RawTransactions(this.chainId, new TransactionDecoder(this.abis, this.checksums));
    this.sending = new Sending(this.pool, options.name);
  }

  async head(signal?: AbortSignal): Promise<LedgerHead> {
    return this.heads.read(this.until(signal));
  }

  async block(number: number, signal?: AbortSignal): Promise<RawBlock | null> {
    return this.blocks.one(number, this.until(signal));
  }

  read(from: number, to: number, signal: AbortSignal): AsyncIterable<RawBlock> {
    return readRange(this.blocks, from, to, this.tuning.concurrency, this.until(signal));
  }

  async *follow(from: number, signal: AbortSignal): AsyncGenerator<LedgerItem> {
    const news = new HeadNews(this.options, this.tuning, this.options.pollIntervalMs ?? defaultPollIntervalMs);
    this.news.add(news);
    const kept = this.options.reorgWindow + REMEMBERED_BEYOND_WINDOW;
    const { blocks, heads, tuning } = this;
    try {
      yield* follow({ blocks, heads, news, tuning, kept }, from, this.until(signal));
    } finally {
      this.news.delete(news);
      news.close();
    }
  }

  /** A chain's blocks decode by themselves: the seed has no bearing. */
  decoder(): BlockDecoder {
    return new EthereumBlockDecoder(this.id, this.abis, this.checksums);
  }

  async seed(from: number, signal?: AbortSignal): Promise<DecoderSeed> {
    if (from === 0) return { config: null, previous: null };
    const block = await this.block(from - 1, signal);
    const previous: BlockRef | null = block === null ? null : { number: block.number, hash: block.hash };
    return { config: null, previous };
  }

  /** The HTTP endpoints in their order, then the WebSocket where something follows over one. */
  async endpoints(signal?: AbortSignal): Promise<readonly EndpointReport[]> {
    const reports = await reportEndpoints(this.pool, this.until(signal));
    return [...reports, ...[...this.news].flatMap((news) => news.report() ?? [])];
  }

  heed(health: ReadonlyMap<string, NodeHealth>): void {
    this.pool.heed(health);
  }

  balances(questions: readonly AtBlock[]): Answers<bigint> {
    return new Accounts(this.questions).balances(questions);
  }

  nonces(questions: readonly AtBlock[]): Answers<bigint> {
    return new Accounts(this.questions).nonces(questions);
  }

  codes(questions: readonly AtBlock[]): Answers<string> {
    return new Accounts(this.questions).codes(questions);
  }

  calls(questions: readonly ContractCall[]): Answers<readonly DecodedValue[]> {
    return new ContractCalls(this.questions, this.abis, this.checksums, this.reverts).read(questions);
  }

  dataCalls(questions: readonly DataCall[]): Answers<string> {
    return new DataCalls(this.questions, this.reverts).read(questions);
  }

  encode(call: Omit<ContractCall, 'block'>): string {
    const encoded = encodeFunctionCall(this.abis, call);
    if (encoded instanceof Error) throw encoded;
    return encoded.data;
  }

  methodOf(to: string, data: string): MethodCall | null {
    return this.raw.methodOf(to.toLowerCase(), data.toLowerCase());
  }

  tokens(addresses: readonly string[]): Answers<TokenFacts | null> {
    return new Tokens(this.questions, this.abis.standards).read(addresses);
  }

  tokenHoldings(questions: readonly TokenBalanceQuestion[]): Answers<TokenHolding> {
    return new TokenHoldings(this.questions, this.abis.standards).read(questions);
  }

  revertReasons(transactions: readonly FailedTransaction[]): Answers<string | null> {
    return new FailedTransactions(this.questions, this.reverts).reasons(transactions);
  }

  gas(): Promise<GasPrice> {
    return readGasPrice(this.questions, this.name);
  }

  plan(request: EthereumWriteRequest, signal?: AbortSignal): Promise<EthereumPlan> {
    return this.planning.plan(request, this.until(signal));
  }

  draft(plan: EthereumPlan, nonce: number): EthereumDraft {
    return draftOf(plan, this.chainId, nonce);
  }

  assemble(draft: Uint8Array, signature: Uint8Array): Uint8Array {
    return assemble(draft, signature);
  }

  inspect(raw: Uint8Array): SignedTransactionFacts {
    return this.raw.inspect(raw);
  }

  isSigned(draft: Uint8Array, raw: Uint8Array): boolean {
    return isSigned(draft, raw);
  }

  send(raw: Uint8Array, signal?: AbortSignal): Promise<void> {
    return this.sending.send(`0x${Buffer.from(raw).toString('hex')}`, this.inspect(raw), this.until(signal));
  }

  whereabouts(
    transaction: Pick<SignedTransactionFacts, 'hash' | 'from' | 'nonce'>,
    signal?: AbortSignal,
  ): Promise<TransactionWhereabouts> {
    return this.sending.whereabouts(transaction, this.until(signal));
  }

  inTurn<T>(address: string, work: () => Promise<T>): Promise<T> {
    return this.turns.run(address.toLowerCase(), work);
  }

  nonceOf(address: string, at: 'pending' | 'latest', signal?: AbortSignal): Promise<number> {
    return this.sending.nonceOf(address, at, this.until(signal));
  }

  async close(): Promise<void> {
    this.closing.abort(new ParleyError('SHUTTING_DOWN', `${this.name} was closed`));
    for (const news of this.news) news.close();
    await this.pool.close();
    await this.blocks.close();
  }

  private until(signal?: AbortSignal): AbortSignal {
    return signal === undefined ? this.closing.signal : AbortSignal.any([signal, this.closing.signal]);
  }
}

function checked(contract: KnownContract): KnownContract {
  if (isAddress(contract.address)) return { ...contract, address: getAddress(contract.address) };
  throw new ParleyError('CONFIG_INVALID', `The address of contract ${contract.name} is none`, {
    got: contract.address,
    expected: '0x and 40 hex digits; in mixed case with a right checksum (EIP-55)',
  });
}
