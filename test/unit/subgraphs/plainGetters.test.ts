import { describe, expect, test } from '@jest/globals';
import { createSubgraphs } from '../../../src/subgraphs/index.js';
import { plainGetters } from '../../../src/subgraphs/plainGetters.js';

interface Found {
  readonly place: string;
  readonly source: string;
}

/** Every getter that is listed, as each subgraph's class of the type has it; a stub has none. */
const getters = createSubgraphs().flatMap(({ types }) =>
  [...types].flatMap(([type, typeName]) =>
    Object.entries(Object.getOwnPropertyDescriptors(type.prototype)).flatMap(([name, { get }]): Found[] =>
      get === undefined || !plainGetters.has(`${typeName}.${name}`)
        ? []
        : [{ place: `${typeName}.${name}`, source: get.toString() }],
    ),
  ),
);

describe('getters that compiled operations read unguarded', () => {
  test('all that are listed exist', () => {
    expect([...new Set(getters.map(({ place }) => place))].sort()).toEqual([...plainGetters].sort());
  });

  test.each(getters)('$place neither parses, throws nor waits', ({ source }) => {
    expect(source).not.toMatch(/detail|JSON|throw|await|Promise|load/);
  });
});
