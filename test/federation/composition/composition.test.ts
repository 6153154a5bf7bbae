import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildASTSchema, isInterfaceType, isObjectType } from 'graphql';
import { compose } from '../../../src/gateway/compose/compose.js';
import { printApi, schemaDrift, schemaFiles } from '../../../src/gateway/compose/files.js';
import { link } from '../../../src/gateway/link/link.js';
import { plainSubgraph } from '../subgraph.js';
import { linkedWorld, worldSubgraphs } from '../world/index.js';

test('the linked schema is the composed API schema, without a trace of federation', () => {
  const linked = printApi(linkedWorld());
  expect(linked).toBe(printApi(buildASTSchema(compose(worldSubgraphs()).api)));
  expect(linked).toBe(schemaFiles(worldSubgraphs()).get('api.graphql'));
  expect(linked).not.toMatch(/_service|_entities|_Any|@key|@shareable|join__/);
});

test('types that several subgraphs declare are merged', () => {
  const schema = linkedWorld();
  const block = schema.getType('Block');
  expect(isInterfaceType(block) && Object.keys(block.getFields()).sort()).toEqual([
    'by',
    'id',
    'lag',
    'ledger',
    'mustBy',
    'next',
    'number',
  ]);
  const member = schema.getType('Member');
  expect(isObjectType(member) && Object.keys(member.getFields()).sort()).toEqual([
    'blocks',
    'count',
    'friends',
    'id',
    'name',
    'role',
    'shout',
  ]);
});

test('descriptions are the owner’s', () => {
  const schema = linkedWorld();
  expect(schema.getType('Member')?.description).toBe('A party, as its owner says.');
  expect(schema.getType('Block')?.description).toBe('A block of any ledger.');
});

test('subgraphs that do not compose are refused with every reason', () => {
  const a = plainSubgraph({ name: 'a', sdl: 'type Query { a: T } type T { x: Int }' });
  const b = plainSubgraph({ name: 'b', sdl: 'type Query { b: T } type T { x: String }' });
  expect(() => compose([a, b])).toThrow(/^The subgraphs do not compose\. Got: .*Expected: .*Fix: /s);
});

test('a class in two subgraphs, and a contribution without a reference resolver, are refused', () => {
  class Shared {}
  const [a, b] = ['a', 'b'].map((name) =>
    plainSubgraph({ name, sdl: `type Query { ${name}: T } type T @shareable { x: Int }`, types: { T: Shared } }),
  );
  if (a === undefined || b === undefined) throw new Error('two subgraphs');
  expect(() => link([a, b], compose([a, b]).api)).toThrow(/The class Shared stands in the types of two subgraphs/);
  const home = plainSubgraph({
    name: 'home',
    sdl: 'type Query { e: E } type E @key(fields: "id") { id: ID! x: Int y: Int }',
    references: { E: () => null },
  });
  const adds = plainSubgraph({ name: 'adds', sdl: 'type Query { f: E } type E @key(fields: "id") { id: ID! z: Int }' });
  expect(() => link([home, adds], compose([home, adds]).api)).toThrow(
    /Subgraph adds adds fields to E and has no reference resolver/,
  );
});

test('drift of the printed files is told by path', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-schema-'));
  try {
    const files = schemaFiles(worldSubgraphs());
    for (const [path, text] of files) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    expect(await schemaDrift(directory, files)).toEqual([]);
    await writeFile(join(directory, 'api.graphql'), 'type Query { other: Int }\n');
    await rm(join(directory, 'subgraphs/people.graphql'));
    expect(await schemaDrift(directory, files)).toEqual([
      { path: 'api.graphql', kind: 'different' },
      { path: 'subgraphs/people.graphql', kind: 'missing' },
    ]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
