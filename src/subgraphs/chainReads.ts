import type {
  AtBlock,
  ContractCall,
  EthereumLedger,
  TokenBalanceQuestion,
  TokenFacts,
  TokenHolding,
} from '../ledgers/ledger.js';
import type { DecodedValue } from '../model/ethereum.js';
import type { LedgerId } from '../model/ids.js';
import type { RequestContext } from './context.js';
import { keyedLoader, once } from './keyedLoader.js';
import { ethereumLedger } from './ledgerFacts.js';

const READS = Symbol('chain reads');

/** The request's reads of one chain's state, batched: one batch is one or few calls upstream. Errors: `LEDGER_UNAVAILABLE`. */
export function chainReadsOf(context: RequestContext, ledger: LedgerId): Promise<ChainReads> {
  const reads = context.once(READS, () => new Map<LedgerId, Promise<ChainReads>>());
  const found = reads.get(ledger) ?? ethereumLedger(context, ledger).then((chain) => new ChainReads(chain));
  reads.set(ledger, found);
  return found;
}

const atText = ({ address, block }: AtBlock): string => `${address} ${block ?? ''}`;

export class ChainReads {
  constructor(readonly ledger: EthereumLedger) {}

  readonly balance = keyedLoader<AtBlock, bigint>((questions) => this.ledger.balances(questions), atText);
  readonly nonce = keyedLoader<AtBlock, bigint>((questions) => this.ledger.nonces(questions), atText);
  readonly code = keyedLoader<AtBlock, string>((questions) => this.ledger.codes(questions), atText);
  readonly call = keyedLoader<ContractCall, readonly DecodedValue[]>(
    (questions) => this.ledger.calls(questions),
    (call) => JSON.stringify([call.address, call.block, call.function, call.arguments]),
  );
  readonly token = keyedLoader<string, TokenFacts | null>(
    (addresses) => this.ledger.tokens(addresses),
    (address) => address,
  );
  readonly holding = keyedLoader<TokenBalanceQuestion, TokenHolding>(
    (questions) => this.ledger.tokenHoldings(questions),
    ({ account, token, block }) => `${account} ${token} ${block ?? ''}`,
  );
  readonly revertReason = keyedLoader<{ readonly hash: string; readonly block: number }, string | null>(
    (transactions) => this.ledger.revertReasons(transactions),
    ({ hash }) => hash,
  );
  readonly gas = once(() => this.ledger.gas());

  /** True where code lies at the address; a configured contract is taken at its word. */
  async isContract(address: string): Promise<boolean> {
    return this.known(address) !== null || (await this.code.load({ address, block: null })) !== '0x';
  }

  /** The configured contract of that address; null where none is. */
  known(address: string): EthereumLedger['contracts'][number] | null {
    return this.ledger.contracts.find((contract) => contract.address.toLowerCase() === address.toLowerCase()) ?? null;
  }
}
