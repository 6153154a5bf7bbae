import { formatEther } from 'ethers';
import type { EthereumPlan } from '../../ledger.js';

const MAX_SHOWN_CHARACTERS = 400;

interface Called {
  readonly chain: string;
  /** Null where plain data is sent. */
  readonly signature: string | null;
  readonly arguments: readonly unknown[];
}

/** What a transaction does, for whoever is to sign it. */
export function summaryOf(plan: Omit<EthereumPlan, 'summary'>, called: Called): string {
  const payment = plan.value === '0' ? '' : ` and pay ${formatEther(plan.value)} ether`;
  const price = 'gasPrice' in plan.fees ? plan.fees.gasPrice : plan.fees.maxFeePerGas;
  const most = formatEther(BigInt(plan.gas) * BigInt(price));
  return `On ${called.chain}, from ${plan.from}: ${deed(plan, called)}${payment}. Gas costs at most ${most} ether.`;
}

function deed({ to, data }: Omit<EthereumPlan, 'summary'>, called: Called): string {
  const bytes = (data.length - 2) / 2;
  if (to === null) return `create a contract from ${bytes} bytes of code`;
  if (called.signature !== null) return `call ${called.signature} of ${to} with ${shown(called.arguments)}`;
  return bytes === 0 ? `pay ${to}` : `call ${to} with ${bytes} bytes of data that start with ${data.slice(0, 10)}`;
}

function shown(values: readonly unknown[]): string {
  const text = JSON.stringify(values);
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
