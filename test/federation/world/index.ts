import { compose } from '../../../src/gateway/compose/compose.js';
import { link } from '../../../src/gateway/link/link.js';
import { ledger } from './ledger.js';
import { people } from './people.js';
import { timeline } from './timeline.js';

export const worldSubgraphs = () => [timeline(), people(), ledger('Red'), ledger('Blue')];

export function linkedWorld() {
  const subgraphs = worldSubgraphs();
  return link(subgraphs, compose(subgraphs).api);
}
