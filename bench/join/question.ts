import type { Page } from './types.js';

const ROWS = 100;

/** A join of 100 rows over three subgraphs, four levels of fields deep. */
export const QUERY = `query Join($from: Int!, $first: Int!) {
  transactions(from: $from, first: $first) {
    id hash outcome index position
    block { id number hash sealer { id name status } }
    members { id name status }
  }
}`;

/** Each client its own rows. */
export const variablesOf = (client: number): Page => ({ from: client * ROWS, first: ROWS });
