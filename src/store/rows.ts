import type { DecodedBlock, DecodedEvent, DecodedTransaction } from '../model/block.js';
import type { ChannelConfigRecord } from '../model/fabric.js';
import { governanceRows } from './governanceRows.js';
import type { DerivedTable } from './tables.js';
import { keyText, keyTextOrNull, storedText } from './text.js';

/** Rows of a block's derived tables, without `ledger` and `seq`, which say where the block stands in this store. */
export type BlockRows = Readonly<Record<DerivedTable, readonly Cells[]>>;
export type Cells = Readonly<Record<string, string | number | null>>;

/** Beyond this no date exists (ECMA-262, time values): a client may claim any time in a transaction. */
const LATEST_MS = 8.64e15;

/** What the store holds of a block. Pure: `append` writes it, `verify` compares with it. */
export function rowsOfBlock(block: DecodedBlock, canonical: boolean): BlockRows {
  const derived = { number: block.number, canonical: canonical ? 1 : 0 };
  const inBlock = { ...derived, block_hash: block.hash };
  return {
    block: [blockCells(block, derived)],
    transaction: block.transactions.map((transaction) => transactionCells(transaction, inBlock)),
    transaction_party: block.transactions.flatMap((transaction) => partyCells(transaction, derived)),
    event: block.transactions.flatMap((transaction) =>
      transaction.events.map((event) => eventCells(transaction, event, inBlock)),
    ),
    token_transfer: block.tokenTransfers.map((transfer) => ({
      ...inBlock,
      tx_index: transfer.transactionIndex,
      log_index: transfer.logIndex,
      item: transfer.item,
      token: keyText(transfer.token),
      standard: transfer.standard,
      from_address: keyText(transfer.from),
      to_address: keyText(transfer.to),
      amount: transfer.amount,
      token_id: transfer.tokenId,
    })),
    ...configRows(block, block.config, inBlock),
    membership: membershipRows(block, inBlock),
    ...lifecycleRows(block, inBlock),
    ...governanceRows(block, canonical),
  };
}

function blockCells(block: DecodedBlock, derived: Cells): Cells {
  return {
    ...derived,
    hash: keyText(block.hash),
    parent_hash: keyTextOrNull(block.parentHash),
    retracted_at: null,
    timestamp_ms: time(block.timestampMs),
    sort_ms: time(block.timestampMs) ?? 0,
    transaction_count: block.transactions.length,
    failed_count: block.transactions.filter(({ outcome }) => outcome === 'FAILED').length,
    event_count: block.transactions.reduce((sum, { outcome, events }) => sum + happened(outcome, events), 0),
    detail: JSON.stringify(block.detail),
  };
}

/** What a failed transaction would have told did not happen; its rows are kept for the transaction itself. */
const happened = (outcome: DecodedTransaction['outcome'], events: readonly DecodedEvent[]): number =>
  outcome === 'FAILED' ? 0 : events.length;

function transactionCells(transaction: DecodedTransaction, inBlock: Cells): Cells {
  return {
    ...inBlock,
    tx_index: transaction.index,
    sort_ms: time(transaction.timestampMs) ?? 0,
    timestamp_ms: time(transaction.timestampMs),
    hash: keyText(transaction.hash),
    outcome: transaction.outcome,
    chaincode: keyTextOrNull(transaction.chaincode),
    function: keyTextOrNull(transaction.function),
    parties: JSON.stringify(transaction.parties),
    detail: JSON.stringify(transaction.detail),
  };
}

/** One row a party, whatever number of roles it has in the transaction. */
function partyCells(transaction: DecodedTransaction, derived: Cells): Cells[] {
  const ids = new Set(transaction.parties.map(({ nativeId }) => keyText(nativeId)));
  return [...ids].map((nativeId) => ({
    ...derived,
    tx_index: transaction.index,
    native_id: nativeId,
    sort_ms: time(transaction.timestampMs) ?? 0,
  }));
}

function eventCells(transaction: DecodedTransaction, event: DecodedEvent, inBlock: Cells): Cells {
  const topic = (at: number): string | null => keyTextOrNull(event.topics[at] ?? null);
  return {
    ...inBlock,
    tx_index: transaction.index,
    event_index: event.index,
    sort_ms: time(transaction.timestampMs) ?? 0,
    timestamp_ms: time(transaction.timestampMs),
    name: keyTextOrNull(event.name),
    chaincode: keyTextOrNull(event.chaincode),
    address: keyTextOrNull(event.address),
    topic0: topic(0),
    topic1: topic(1),
    topic2: topic(2),
    topic3: topic(3),
    detail: JSON.stringify(event.detail),
  };
}

function configRows(
  block: DecodedBlock,
  record: ChannelConfigRecord | null,
  inBlock: Cells,
): Pick<BlockRows, 'channel_config'> {
  if (record === null) return { channel_config: [] };
  const timestamp = time(block.timestampMs);
  return {
    channel_config: [
      {
        ...inBlock,
        timestamp_ms: timestamp,
        config_sequence: record.config.sequence,
        summary: storedText(record.summary),
        config: JSON.stringify(record.config),
        changes: JSON.stringify(record.changes),
        signers: JSON.stringify(record.signers),
        memberships: JSON.stringify(record.memberships),
      },
    ],
  };
}

/** Of a channel's configuration, or of what members there are where no configuration says so. */
function membershipRows({ config, governance, timestampMs }: DecodedBlock, inBlock: Cells): Cells[] {
  const organizations = (config?.memberships ?? []).map(({ mspId: nativeId, role, change }) => ({
    ...{ nativeId, role, change, atMs: timestampMs },
  }));
  const members = (governance?.memberships ?? []).map((one) => ({ ...one, role: 'MEMBER' }));
  return [...organizations, ...members].map(({ nativeId, role, change, atMs }, ordinal) => ({
    ...inBlock,
    ...{ ordinal, timestamp_ms: time(atMs), native_id: keyText(nativeId), role, change },
  }));
}

function lifecycleRows(
  block: DecodedBlock,
  inBlock: Cells,
): Pick<BlockRows, 'chaincode_definition' | 'chaincode_approval'> {
  const rows = block.lifecycle.map((record, ordinal) => ({
    record,
    cells: {
      ...inBlock,
      ordinal,
      tx_index: record.transactionIndex,
      name: keyText(record.definition.name),
      sequence: record.definition.sequence,
      definition: JSON.stringify(record.definition),
    },
  }));
  const times = new Map(block.transactions.map(({ index, timestampMs }) => [index, time(timestampMs)]));
  return {
    chaincode_definition: rows.filter(({ record }) => record.kind === 'COMMITTED').map(({ cells }) => cells),
    chaincode_approval: rows
      .filter(({ record }) => record.kind === 'APPROVED')
      .map(({ record, cells }) => ({
        ...cells,
        timestamp_ms: times.get(record.transactionIndex) ?? null,
        msp_id: keyText(record.mspId ?? ''),
      })),
  };
}

const time = (ms: number | null): number | null =>
  ms !== null && Number.isSafeInteger(ms) && Math.abs(ms) <= LATEST_MS ? ms : null;
