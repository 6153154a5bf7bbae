import { entityStub, interfaceStub, nodeInterface } from '../stubs.js';

// What came of what was signed, by its id.

export const Node = nodeInterface();
export const Transaction = interfaceStub('Transaction', Node);
export const FabricTransaction = entityStub('FabricTransaction', [Transaction, Node]);
export const EthereumTransaction = entityStub('EthereumTransaction', [Transaction, Node]);
