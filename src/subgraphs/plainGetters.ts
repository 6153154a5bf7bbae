/**
 * Getters that only read or write together what their object holds: none can throw or give a promise, so compiled operations read them
 * unguarded, at a fraction of a resolver's cost. One that threw there would leave the answer unfinished: what reads a detail, which is
 * parsed when it is asked for, never belongs here.
 */
const GETTERS: Readonly<Record<string, readonly string[]>> = {
  FabricTransaction: ['id', 'hash', 'index', 'timestamp', 'confirmation', 'outcome'],
  EthereumTransaction: ['id', 'hash', 'index', 'timestamp', 'confirmation', 'outcome'],
  FabricBlock: ['id', 'number', 'hash', 'parentHash', 'timestamp', 'transactionCount', 'confirmation'],
  EthereumBlock: ['id', 'number', 'hash', 'parentHash', 'timestamp', 'transactionCount', 'confirmation'],
  Channel: ['id', 'name', 'height', 'finalizedHeight'],
  Chain: ['id', 'name', 'height', 'finalizedHeight'],
  ChaincodeEvent: ['id', 'name'],
  Log: ['id', 'name', 'index'],
  Member: ['id', 'name'],
  Account: ['id'],
};

/** As `Type.field`. */
export const plainGetters: ReadonlySet<string> = new Set(
  Object.entries(GETTERS).flatMap(([type, fields]) => fields.map((field) => `${type}.${field}`)),
);
