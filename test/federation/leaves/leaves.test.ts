import { expect, test } from '@jest/globals';
import { graphql, isEnumType, isInputObjectType } from 'graphql';
import { WorldContext } from '../world/data.js';
import { linkedWorld } from '../world/index.js';

const schema = linkedWorld();
const ask = async (source: string, variableValues: Record<string, unknown> = {}) =>
  JSON.parse(JSON.stringify(await graphql({ schema, source, contextValue: new WorldContext(), variableValues }))) as {
    data: unknown;
    errors?: { message: string }[];
  };

test('scalars keep their coercion, in literals, variables and defaults', async () => {
  expect(await ask('{ redBlock(number: 1) { hue } }')).toEqual({ data: { redBlock: { hue: 'red2' } } });
  expect(
    await ask('query ($n: BigInt!, $m: BigInt) { redBlock(number: $n) { number hue(more: $m) } }', { n: '2', m: '7' }),
  ).toEqual({
    data: { redBlock: { number: '2', hue: 'red8' } },
  });
});

test('enums keep their inner values, in arguments and in defaults', async () => {
  expect(await ask('{ member(id: "member/ann") { role shout soft: shout(mood: CALM, times: 2) } }')).toEqual({
    data: { member: { role: 'BUYER', shout: 'Ann!', soft: 'Ann..' } },
  });
  const mood = schema.getType('Mood');
  expect(isEnumType(mood) && mood.getValue('LOUD')?.value).toBe('!');
});

test('@oneOf inputs take exactly one', async () => {
  const by = schema.getType('MemberBy');
  expect(isInputObjectType(by) && by.isOneOf).toBe(true);
  const rename = 'mutation ($by: MemberBy!) { rename(input: { by: $by, name: "Z" }) { name } }';
  expect(await ask(rename, { by: { id: 'member/ann' } })).toEqual({ data: { rename: { name: 'Z' } } });
  expect((await ask(rename, { by: { id: 'member/ann', name: 'x' } })).errors).toHaveLength(1);
});
