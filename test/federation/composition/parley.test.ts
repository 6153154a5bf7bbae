import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { sortSDL } from '@theguild/federation-composition';
import { Kind, parse, print, validate, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { boundOperation } from '../../../src/gateway/bounds/cost.js';
import { boundDocument } from '../../../src/gateway/bounds/document.js';
import { defaultLimits } from '../../../src/gateway/bounds/limits.js';
import { compose } from '../../../src/gateway/compose/compose.js';
import { printApi, schemaDrift, schemaFiles } from '../../../src/gateway/compose/files.js';
import { printedComposition } from '../../../src/gateway/compose/printed.js';
import { link } from '../../../src/gateway/link/link.js';
import { DEFAULT_QUERY } from '../../../src/gateway/server/graphiql.js';
import { createSubgraphs } from '../../../src/subgraphs/index.js';

const directory = fileURLToPath(new URL('../../../schema', import.meta.url));
const subgraphs = createSubgraphs();
const schema = link(subgraphs, compose(subgraphs).api);

test('schema/ is what the code gives. Fix: npm run schema', async () => {
  const files = schemaFiles(subgraphs);
  expect(await schemaDrift(directory, files)).toEqual([]);
  expect(printApi(schema)).toBe(files.get('api.graphql'));
});

test('a start takes the printed composition, which is what composing gives, where it is of the same subgraphs only', () => {
  const printed = printedComposition(directory, subgraphs);
  expect(printed).not.toBeNull();
  if (printed === null) return;
  expect(printApi(link(subgraphs, printed.api))).toBe(printApi(schema));
  const composed = compose(subgraphs).supergraphSdl;
  const sorted = (sdl: string): string => print(sortSDL(parse(sdl)));
  expect(sorted(printed.supergraphSdl)).toBe(sorted(composed));
  const [first, ...others] = subgraphs;
  expect(printedComposition(directory, others)).toBeNull();
  const changed = others.map((one) => ({ ...one, sdl: `${one.sdl}\ntype Another { id: ID }\n` }));
  expect(printedComposition(directory, first === undefined ? changed : [first, ...changed])).toBeNull();
  expect(printedComposition(`${directory}/nowhere`, subgraphs)).toBeNull();
});

const operations = readdirSync(`${directory}/operations`).flatMap((file) => {
  const { definitions } = parse(readFileSync(`${directory}/operations/${file}`, 'utf8'));
  const fragments = definitions.filter(
    (node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION,
  );
  return definitions.flatMap((operation) => {
    if (operation.kind !== Kind.OPERATION_DEFINITION) return [];
    const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
    return [{ name: operation.name?.value ?? file, operation, fragments, document }];
  });
});
// Operations of features that do not exist yet do not fit the schema yet.
const built = operations.filter(({ document }) => validate(schema, document).length === 0);

test('what GraphiQL shows first fits the graph', () => {
  expect(validate(schema, parse(DEFAULT_QUERY))).toEqual([]);
});

test.each(built)('the operation $name is within the default limits', ({ operation, fragments, document }) => {
  boundDocument(document, defaultLimits);
  const named = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  expect(boundOperation({ schema, operation, fragments: named, variables: {} }, defaultLimits)).toBeLessThan(10_000);
});

test('the operations that explore and read both ledgers all fit the graph', () => {
  const names = built.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'NetworkOverview',
      'MemberProfile',
      'Timeline',
      'LedgerHeads',
      'Search',
      'ChannelDetail',
      'ChainDetail',
    ]),
  );
});
