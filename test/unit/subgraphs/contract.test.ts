import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { parse, print, type DirectiveNode, type DocumentNode } from 'graphql';
import { createSubgraphs } from '../../../src/subgraphs/index.js';
import { additions, later } from './contractGaps.js';

const contract = parse(
  readFileSync(fileURLToPath(new URL('../../fixtures/contract/api.graphql', import.meta.url)), 'utf8'),
);

function composed(): DocumentNode {
  const services = createSubgraphs().map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) }));
  const result = composeServices(services);
  if (result.publicSdl === undefined) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return parse(result.publicSdl);
}

/** Every type, field, argument, enum value and union member of a schema as one line each: what it is, by what it is called. */
function linesOf(document: DocumentNode): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined || definition.kind === 'DirectiveDefinition') continue;
    const type = definition.name.value;
    const interfaces = 'interfaces' in definition ? (definition.interfaces ?? []).map(({ name }) => name.value) : [];
    lines.set(type, [definition.kind, ...interfaces.sort(), ...oneOf(definition.directives)].join(' '));
    if ('types' in definition)
      for (const { name } of definition.types ?? []) lines.set(`${type} | ${name.value}`, 'member');
    if ('values' in definition)
      for (const { name } of definition.values ?? []) lines.set(`${type}.${name.value}`, 'value');
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const fallback = 'defaultValue' in field && field.defaultValue ? ` = ${print(field.defaultValue)}` : '';
      lines.set(`${type}.${field.name.value}`, print(field.type) + fallback);
      if (!('arguments' in field)) continue;
      for (const argument of field.arguments ?? []) {
        const given = argument.defaultValue ? ` = ${print(argument.defaultValue)}` : '';
        lines.set(`${type}.${field.name.value}(${argument.name.value})`, print(argument.type) + given);
      }
    }
  }
  return lines;
}

const oneOf = (directives: readonly DirectiveNode[] | undefined): string[] =>
  (directives ?? []).filter(({ name }) => name.value === 'oneOf').map(() => '@oneOf');

/** `A.b(c)`, `A.b` and `A`: a gap of a type or field covers what lies in it. */
const covers = (gap: string, name: string): boolean =>
  name === gap || ['.', '(', ' |'].some((separator) => name.startsWith(gap + separator));

const isConnection = (name: string): boolean => /^\w+(Connection|Edge)(\.|$)|^PageInfo(\.|$)/.test(name);

describe('the graph against its contract', () => {
  const wanted = linesOf(contract);
  const built = linesOf(composed());

  test('what is built is as the contract says, and nothing is missing but what comes later', () => {
    const gaps = Object.values(later).flat();
    const differing = [...wanted]
      .filter(([name]) => !gaps.some((gap) => covers(gap, name)))
      .filter(([name, line]) => built.get(name) !== line)
      .map(([name, line]) => `${name}: contract ${line}, built ${built.get(name) ?? 'nothing'}`);
    expect(differing).toEqual([]);
  });

  test('nothing is built that the contract does not have', () => {
    const extra = [...built.keys()].filter((name) => !wanted.has(name) && !isConnection(name));
    expect(extra.filter((name) => !additions.some((addition) => covers(addition, name)))).toEqual([]);
  });

  test('nothing on the list of what comes later is there already', () => {
    const present = Object.values(later)
      .flat()
      .filter((gap) => built.has(gap));
    expect(present).toEqual([]);
  });

  test('nothing on that list is unknown to the contract', () => {
    const unknown = Object.values(later)
      .flat()
      .filter((gap) => !wanted.has(gap));
    expect(unknown).toEqual([]);
  });

  test('what the contract keeps from GET is kept from it', () => {
    const query = contract.definitions.find((one) => 'name' in one && one.name?.value === 'Query');
    const fields = query?.kind === 'ObjectTypeDefinition' ? (query.fields ?? []) : [];
    const kept = fields.filter(({ description }) => description?.value.includes('Not over GET'));
    const postOnly = createSubgraphs().flatMap((subgraph) => [...(subgraph.postOnly ?? [])]);
    expect(postOnly).toEqual(kept.map(({ name }) => name.value));
    expect(postOnly).toContain('evaluate');
  });

  test('every connection is one of Relay, and those of blocks, transactions and events go on as streams', () => {
    const connections = [...built.keys()].filter((name) => /^\w+Connection$/.test(name));
    expect(connections.length).toBeGreaterThan(10);
    const streamed = connections.filter((name) => built.has(`${name}.streamCursor`));
    expect(streamed.sort()).toEqual(
      ['Block', 'EthereumBlock', 'FabricBlock', 'LedgerEvent', 'Log', 'Transaction'].map((name) => `${name}Connection`),
    );
    for (const name of connections) {
      const edge = name.replace(/Connection$/, 'Edge');
      expect(built.get(`${name}.edges`)).toBe(`[${edge}!]!`);
      expect(built.get(`${name}.pageInfo`)).toBe('PageInfo!');
      expect(built.get(`${edge}.cursor`)).toBe('String!');
    }
  });
});
