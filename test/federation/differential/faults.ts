import { defaultFieldResolver, isObjectType } from 'graphql';
import type { Subgraph } from '../../../src/subgraphs/subgraph.js';
import { WorldContext } from '../world/data.js';
import { random } from './randomDocument.js';

/** A request in which fields fail, by a seed: the same field of the same object always fails in the same way. */
export class FaultyContext extends WorldContext {
  constructor(readonly seed: number) {
    super();
  }
}

/** Lets every field of the subgraph fail now and then where the context says so. */
export function withFaults(subgraph: Subgraph): Subgraph {
  for (const type of Object.values(subgraph.schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        const own = (): unknown => resolve(source, args, context, info) as unknown;
        if (!(context instanceof FaultyContext) || field.name === 'id') return own();
        const id = (source as { id?: string } | undefined)?.id ?? '';
        return faulty(`${context.seed} ${type.name}.${field.name} ${id} ${Object.values(args as object).join()}`, own);
      };
    }
  }
  return subgraph;
}

function faulty(key: string, own: () => unknown): unknown {
  const next = random(hash(key));
  const roll = next();
  if (roll < 0.75) return own();
  if (roll < 0.8) return null;
  if (roll < 0.83) throw new Error(`thrown ${key}`);
  if (roll < 0.86) return new Error(`returned ${key}`);
  if (roll < 0.89) return Promise.reject(new Error(`rejected ${key}`));
  if (roll < 0.91) return { odd: true };
  if (roll < 0.96) return Promise.resolve().then(own);
  return spoiled(own(), next);
}

/** A list with nulls, errors and promises among its items. */
async function spoiled(value: unknown, next: () => number): Promise<unknown> {
  const settled = await value;
  if (!Array.isArray(settled)) return settled;
  return settled.map((item: unknown) => {
    const roll = next();
    if (roll < 0.15) return null;
    if (roll < 0.25) return new Error('item');
    return roll < 0.4 ? Promise.resolve(item) : item;
  });
}

function hash(text: string): number {
  let h = 2166136261;
  for (const character of text) h = Math.imul(h ^ character.charCodeAt(0), 16777619);
  return h >>> 0;
}
