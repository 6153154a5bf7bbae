import { ParleyError } from '../errors/index.js';
import { MECHANISMS, type Mechanism, type ProposalKey } from './governance.js';

/** CAIP-2 id: `eip155:1`, or `fabric:` and the first 32 hex digits of the genesis block's header hash; `amb:` and Amazon's id of a network. */
export type LedgerId = `eip155:${string}` | `fabric:${string}` | `amb:${string}`;

export const isLedgerId = (text: string): text is LedgerId =>
  /^(eip155:\d{1,32}|fabric:[0-9a-f]{32}|amb:n-[A-Za-z0-9]{1,64})$/.test(text);

export const fabricLedgerId = (genesisHeaderHash: string): LedgerId => `fabric:${genesisHeaderHash.slice(0, 32)}`;
export const ethereumLedgerId = (chainId: number | bigint): LedgerId => `eip155:${chainId}`;
/** `amb`: a network of Amazon Managed Blockchain; it has no blocks, and what polls found of it takes their place. */
export type LedgerKind = 'fabric' | 'ethereum' | 'amb';
export function ledgerKind(ledger: LedgerId): LedgerKind {
  if (ledger.startsWith('fabric:')) return 'fabric';
  return ledger.startsWith('amb:') ? 'amb' : 'ethereum';
}
/** True of a channel or a chain: what has blocks and transactions to be shown. */
export const hasBlocks = (ledger: LedgerId): boolean => ledgerKind(ledger) !== 'amb';

/** What a global id names; the text form is documented in docs/concepts.md and opaque to clients. */
export type NodeRef =
  | { readonly type: 'Ledger'; readonly ledger: LedgerId }
  /** `key`: the block's hash on Ethereum, its number on Fabric. */
  | { readonly type: 'Block'; readonly ledger: LedgerId; readonly key: string }
  /** `key`: the transaction's hash on Ethereum, `<block>.<index>` on Fabric. */
  | { readonly type: 'Transaction'; readonly ledger: LedgerId; readonly key: string }
  /** `key`: `<block hash>.<log index>` on Ethereum, `<block>.<tx>` on Fabric. */
  | { readonly type: 'Event'; readonly ledger: LedgerId; readonly key: string }
  | { readonly type: 'Account' | 'Contract' | 'Token'; readonly ledger: LedgerId; readonly key: string }
  | { readonly type: 'Chaincode'; readonly ledger: LedgerId; readonly key: string }
  | { readonly type: 'Network' | 'Member'; readonly key: string }
  | { readonly type: 'NetworkNode'; readonly key: string }
  /** `recordedOn`: the network or ledger that records it. */
  | { readonly type: 'Membership'; readonly recordedOn: string; readonly key: string }
  | { readonly type: 'Proposal'; readonly proposal: ProposalKey }
  /** A governor's vote, by its voter, who has one, or `nth` from 0 on: whatever block a reorganisation puts it into. */
  | { readonly type: 'Vote'; readonly proposal: ProposalKey; readonly voter: string; readonly nth: number }
  /** Another proposal's vote, by the number of the block that holds it and its place among that block's votes. */
  | {
      readonly type: 'Vote';
      readonly proposal: ProposalKey;
      readonly number: number;
      readonly ordinal: number;
    }
  | { readonly type: 'Invitation'; readonly recordedOn: LedgerId; readonly key: string };

const PARTS = {
  Block: 'block',
  Transaction: 'tx',
  Event: 'event',
  Account: 'account',
  Contract: 'contract',
  Token: 'token',
  Chaincode: 'chaincode',
} as const;
const TYPES = new Map(Object.entries(PARTS).map(([type, part]) => [part as string, type as keyof typeof PARTS]));

/** The global id of a thing: stable over replicas, restarts and rebuilds. */
export function formatId(ref: NodeRef): string {
  switch (ref.type) {
    case 'Ledger':
      return ref.ledger;
    case 'Network':
      return `network/${ref.key}`;
    case 'Member':
      return `member/${ref.key}`;
    case 'NetworkNode':
      return `node/${ref.key}`;
    case 'Membership':
      return `membership/${ref.recordedOn}/${ref.key}`;
    case 'Proposal':
      return `proposal/${proposalPart(ref.proposal)}`;
    case 'Vote':
      return `vote/${proposalPart(ref.proposal)}/${votePart(ref)}`;
    case 'Invitation':
      return `invitation/${ref.recordedOn}/${ref.key}`;
    default:
      return `${ref.ledger}/${PARTS[ref.type]}/${ref.key}`;
  }
}

const votePart = (ref: Extract<NodeRef, { type: 'Vote' }>): string => {
  if ('number' in ref) return `${ref.number}.${ref.ordinal}`;
  return ref.nth === 0 ? ref.voter : `${ref.voter}.${ref.nth}`;
};

const proposalPart = ({ mechanism, ledger, nativeId }: ProposalKey): string =>
  `${mechanism.toLowerCase().replace('_', '-')}/${ledger}/${nativeId}`;

/** Reads a global id; null where it is none of ours. */
export function parseId(id: string): NodeRef | null {
  if (id.length > 512) return null;
  if (isLedgerId(id)) return { type: 'Ledger', ledger: id };
  const [head = '', part = ''] = id.split('/', 2);
  const key = id.slice(head.length + part.length + 2);
  if (isLedgerId(head)) {
    const type = TYPES.get(part);
    return type === undefined || key === '' ? null : { type, ledger: head, key };
  }
  return parseParty(head, id.slice(head.length + 1));
}

function parseParty(head: string, rest: string): NodeRef | null {
  if (rest === '') return null;
  return READERS[head]?.(rest) ?? null;
}

const READERS: Readonly<Record<string, (rest: string) => NodeRef | null>> = {
  network: (key) => ({ type: 'Network', key }),
  member: (key) => ({ type: 'Member', key }),
  node: (key) => ({ type: 'NetworkNode', key }),
  membership: (rest) => {
    const [recordedOn, key] = parted(rest);
    return recordedOn === '' || key === '' ? null : { type: 'Membership', recordedOn, key };
  },
  invitation: (rest) => {
    const [recordedOn, key] = parted(rest);
    return isLedgerId(recordedOn) && key !== '' ? { type: 'Invitation', recordedOn, key } : null;
  },
  proposal: (rest) => {
    const { proposal, more } = parseProposal(rest);
    return proposal === null || more.length > 0 ? null : { type: 'Proposal', proposal };
  },
  vote: (rest) => {
    const { proposal, more } = parseProposal(rest);
    if (proposal === null) return null;
    const [, voter, nth] = /^(0x[0-9a-fA-F]{40})(?:\.([1-9]\d{0,8}))?$/.exec(more.join('/')) ?? [];
    if (voter !== undefined) return { type: 'Vote', proposal, voter, nth: Number(nth ?? 0) };
    const [, number, ordinal] = /^(\d{1,15})\.(\d{1,9})$/.exec(more.join('/')) ?? [];
    return number === undefined ? null : { type: 'Vote', proposal, number: Number(number), ordinal: Number(ordinal) };
  },
};

/** What stands before the first slash, and after it. */
function parted(text: string): readonly [string, string] {
  const cut = text.indexOf('/');
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
}

function parseProposal(rest: string): { readonly proposal: ProposalKey | null; readonly more: readonly string[] } {
  const [part = '', ledger = '', nativeId = '', ...more] = rest.split('/');
  const mechanism = MECHANISMS_BY_PART.get(part);
  if (mechanism === undefined || !isLedgerId(ledger) || nativeId === '') return { proposal: null, more };
  return { proposal: { ledger, mechanism, nativeId }, more };
}

const MECHANISMS_BY_PART: ReadonlyMap<string, Mechanism> = new Map(
  MECHANISMS.map((mechanism) => [mechanism.toLowerCase().replace('_', '-'), mechanism]),
);

/** As `parseId`, but a foreign id is an error that says so. */
export function requireId(id: string): NodeRef {
  const ref = parseId(id);
  if (ref === null) throw new ParleyError('ID_INVALID', 'That is not an id of this graph', { got: id });
  return ref;
}
