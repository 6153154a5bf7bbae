import 'reflect-metadata';
import { buildSubgraph } from '../buildSubgraph.js';
import type { Subgraph } from '../subgraph.js';
import { governanceTypes, Proposal } from './governance.js';
import { SigningMutations } from './mutations.js';
import { SubmitSignaturePayload } from './payload.js';
import { DownloadFile, SigningRequest } from './request.js';
import { EthereumTransaction, FabricTransaction, Transaction } from './types.js';

/** Writes that are signed elsewhere: the bytes go out, the signatures come in. */
export function createSigningSubgraph(): Subgraph {
  return buildSubgraph({
    name: 'signing',
    resolvers: [SigningMutations],
    types: {
      ...{ FabricTransaction, EthereumTransaction, SigningRequest, DownloadFile, SubmitSignaturePayload },
      ...governanceTypes,
    },
    interfaces: [Transaction, Proposal],
    references: {},
  });
}
