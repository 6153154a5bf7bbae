import { ledgerTypes } from '../ledgerTypes.js';

export const { Node, PageInfo, Lag, EventPosition, Network, Member, Ledger, Block, Transaction, LedgerEvent } =
  ledgerTypes();
