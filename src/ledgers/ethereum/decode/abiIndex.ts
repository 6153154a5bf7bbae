import { ErrorFragment, EventFragment, FunctionFragment, Interface, type Fragment } from 'ethers';
import { ParleyError } from '../../../errors/index.js';
import type { KnownContract } from '../../ledger.js';
import { ValuesReader } from './abiValue.js';
import { EventReader } from './eventReader.js';
import { standardInterfaces, type StandardInterfaces } from './standards.js';

/** A function that inputs are read by. */
export interface FunctionReader {
  readonly name: string;
  readonly signature: string;
  readonly inputs: ValuesReader;
}

/** One ABI's parts by what stands on the chain: first topic, selector. */
interface AbiParts {
  readonly events: Map<string, EventReader[]>;
  readonly functions: Map<string, FunctionReader[]>;
  readonly errors: Map<string, ErrorFragment[]>;
  readonly all: readonly FunctionFragment[];
}

/** What the configured ABIs and the token standards know. The contract's own ABI goes first, then all others', then the standards. */
export class AbiIndex {
  readonly standards: StandardInterfaces = standardInterfaces();
  private readonly byAddress = new Map<string, AbiParts>();
  private readonly configured: AbiParts;
  private readonly standard: AbiParts;

  /** Errors: `CONFIG_INVALID` where an ABI cannot be read. */
  constructor(contracts: readonly KnownContract[]) {
    const interfaces = contracts.map((contract) => ({ contract, abi: interfaceOf(contract) }));
    for (const { contract, abi } of interfaces) {
      this.byAddress.set(contract.address.toLowerCase(), partsOf(abi.fragments));
    }
    this.configured = partsOf(interfaces.flatMap(({ abi }) => abi.fragments));
    this.standard = partsOf(Object.values(this.standards).flatMap((abi: Interface) => abi.fragments));
  }

  /** Readers for a log's first topic, the likeliest first. `address`: lower case. */
  *events(address: string, topic: string): Iterable<EventReader> {
    for (const parts of this.partsFor(address)) yield* parts.events.get(topic) ?? [];
  }

  *functions(address: string, selector: string): Iterable<FunctionReader> {
    for (const parts of this.partsFor(address)) yield* parts.functions.get(selector) ?? [];
  }

  *errors(address: string, selector: string): Iterable<ErrorFragment> {
    for (const parts of this.partsFor(address)) yield* parts.errors.get(selector) ?? [];
  }

  /** The functions that may be called at an address by this name or signature: of its own ABI, or else of the standards. */
  callable(address: string, named: string): readonly FunctionFragment[] {
    const own = this.byAddress.get(address);
    const wanted = named.replaceAll(' ', '');
    const matches = (parts: AbiParts | undefined): readonly FunctionFragment[] =>
      (parts?.all ?? []).filter((fragment) => fragment.name === wanted || fragment.format('sighash') === wanted);
    const found = matches(own);
    return found.length > 0 ? found : matches(this.standard);
  }

  private *partsFor(address: string): Iterable<AbiParts> {
    const own = this.byAddress.get(address);
    if (own !== undefined) yield own;
    yield this.configured;
    yield this.standard;
  }
}

function interfaceOf(contract: KnownContract): Interface {
  try {
    // Without fragments that it cannot read ethers goes on silently; what it read is enough for what it knows.
    return new Interface(JSON.stringify(contract.abi));
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', `The ABI of contract ${contract.name} cannot be read`, {
      expected: 'a JSON array of ABI entries',
      cause,
    });
  }
}

function partsOf(fragments: readonly Fragment[]): AbiParts {
  const parts: AbiParts = {
    events: new Map(),
    functions: new Map(),
    errors: new Map(),
    all: fragments.filter(isFunction),
  };
  for (const fragment of fragments) {
    // An anonymous event's log does not say which event it is.
    if (fragment instanceof EventFragment && !fragment.anonymous)
      add(parts.events, fragment.topicHash, new EventReader(fragment));
    if (fragment instanceof FunctionFragment) add(parts.functions, fragment.selector, functionReader(fragment));
    if (fragment instanceof ErrorFragment) add(parts.errors, fragment.selector, fragment);
  }
  return parts;
}

const functionReader = (fragment: FunctionFragment): FunctionReader => ({
  name: fragment.name,
  signature: fragment.format('sighash'),
  inputs: new ValuesReader(fragment.inputs),
});

const isFunction = (fragment: Fragment): fragment is FunctionFragment => fragment instanceof FunctionFragment;

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
