import 'reflect-metadata';
import { beforeAll, expect, test } from '@jest/globals';

interface Described {
  readonly name: string;
  readonly tag: readonly string[];
  readonly parameters: readonly { readonly name: string; readonly schema: { readonly type: string } }[];
}

const prototypes = new Map<string, Record<string, (...args: unknown[]) => unknown>>();

beforeAll(async () => {
  // The contract API logs every decorator unless it is told not to before it is loaded.
  process.env['CORE_CHAINCODE_LOGGING_LEVEL'] = 'ERROR';
  const modules = await Promise.all([
    import('../../../chaincode/consortium/contract.js').then((module) => module.ConsortiumContract),
    import('../../../chaincode/goods/contract.js').then((module) => module.GoodsContract),
    import('../../../chaincode/invoices/contract.js').then((module) => module.InvoicesContract),
  ]);
  for (const contract of modules) {
    prototypes.set(new contract().getName(), contract.prototype as unknown as Record<string, () => unknown>);
  }
});

function prototypeOf(name: string) {
  const prototype = prototypes.get(name);
  if (prototype === undefined) throw new Error(`no contract ${name}`);
  return prototype;
}

function describedIn(name: string): readonly Described[] {
  return Reflect.getMetadata('fabric:transactions', prototypeOf(name)) as readonly Described[];
}

/** Its own and those of the contracts that it extends. */
function functionsOf(prototype: object): string[] {
  const above: unknown = Object.getPrototypeOf(prototype);
  const own = Object.getOwnPropertyNames(prototype).filter((property) => property !== 'constructor');
  if (typeof above !== 'object' || above === null || Object.hasOwn(above, 'beforeTransaction')) return own;
  return [...own, ...functionsOf(above)];
}

test.each(['consortium', 'goods', 'invoices'])(
  '%s: the contract API knows every function with as many parameters as it has',
  (name) => {
    const prototype = prototypeOf(name);
    const functions = functionsOf(prototype);
    const described = describedIn(name);
    expect(described.map((entry) => entry.name).sort()).toEqual(functions.sort());
    for (const entry of described) expect(entry.parameters).toHaveLength((prototype[entry.name]?.length ?? 0) - 1);
  },
);

test('parameters keep their order and types, and functions say whether they write', () => {
  const find = (name: string) => describedIn('goods').find((entry) => entry.name === name);
  expect(find('RecordInspection')?.parameters.map(({ name, schema }) => [name, schema.type])).toEqual([
    ['lotId', 'string'],
    ['grade', 'string'],
    ['moisturePercent', 'number'],
    ['remark', 'string'],
  ]);
  expect(find('RecordInspection')?.tag).toContain('SUBMIT');
  expect(find('GetLot')?.tag).toEqual(['EVALUATE']);
});
