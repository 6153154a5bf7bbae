import { afterAll, beforeAll } from '@jest/globals';
import { amb } from './suites/amb.js';
import { constancy } from './suites/constancy.js';
import { downs } from './suites/downs.js';
import { entities } from './suites/entities.js';
import { fabricFacts } from './suites/fabricFacts.js';
import { ethereumFacts } from './suites/ethereumFacts.js';
import { governance } from './suites/governance.js';
import { nodes } from './suites/nodes.js';
import { operationsRun } from './suites/operations.js';
import { pages } from './suites/pages.js';
import { partyStreams } from './suites/partyStreams.js';
import { parties } from './suites/parties.js';
import { retractions } from './suites/retractions.js';
import { scopes } from './suites/scopes.js';
import { searches } from './suites/searches.js';
import { streams } from './suites/streams.js';
import { viewer } from './suites/viewer.js';
import { graphWorld, type GraphWorld } from './world.js';

// One world for all of it: a chain, two peers and an index take seconds to make.
let made: GraphWorld | undefined;
beforeAll(async () => {
  made = await graphWorld();
});
afterAll(() => made?.close());

const world = (): GraphWorld => {
  if (made === undefined) throw new Error('The world is made before the first test');
  return made;
};

operationsRun(world);
fabricFacts(world);
ethereumFacts(world);
parties(world);
viewer(world);
governance(world);
amb(world);
nodes(world);
searches(world);
scopes(world);
downs(world);
entities(world);
pages(world);
retractions(world);
constancy(world);
streams(world);
partyStreams(world);
