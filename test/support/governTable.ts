import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import type { Mechanism } from './graphTypes.js';
import type { Operations } from './operations.js';
import { ask, root, type GraphAnswer } from './world.js';

/** An operation of govern.graphql. */
export type Governing = keyof Operations &
  (
    | ('Inbox' | 'ProposalDetail' | 'Preview' | 'NetworkGovernance')
    | ('Propose' | 'CastVote' | 'Withdraw' | 'Execute' | 'AcceptInvitation' | 'RejectInvitation' | 'Leave')
  );

/** The operations of a file of schema/operations, each as the file has it, byte for byte. */
export function operationsIn(file: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, 'schema', 'operations', file), 'utf8');
  return new Map(
    parse(text).definitions.flatMap((one) => {
      const name = one.kind === Kind.OPERATION_DEFINITION ? one.name?.value : undefined;
      return name === undefined ? [] : [[name, text.slice(one.loc?.start, one.loc?.end)] as const];
    }),
  );
}

/** Runs the operations of govern.graphql as a member's portal does, and keeps which ran for which mechanism. */
export class GovernTable {
  readonly operations = operationsIn('govern.graphql');
  private readonly cells = new Set<string>();

  constructor(private readonly url: string) {}

  /** Its data, where nothing is wrong with it. */
  async run<Name extends Governing>(
    name: Name,
    mechanism: Mechanism,
    variables: Operations[Name][0],
    member: string,
  ): Promise<Operations[Name][1]> {
    const { data, errors } = await this.answer(name, mechanism, variables, member);
    if (errors !== undefined) throw new Error(`${name} for ${member}: ${JSON.stringify(errors, null, 1)}`);
    return data as Operations[Name][1];
  }

  /** The code that it is refused with. */
  async refusal<Name extends Governing>(
    name: Name,
    mechanism: Mechanism,
    variables: Operations[Name][0],
    member: string,
  ): Promise<unknown> {
    const { errors } = await this.answer(name, mechanism, variables, member);
    return errors?.[0]?.extensions['code'];
  }

  /** `operation mechanism`, of all that ran. */
  ran(): readonly string[] {
    return [...this.cells].sort();
  }

  private answer<Name extends Governing>(
    name: Name,
    mechanism: Mechanism,
    variables: Operations[Name][0],
    member: string,
  ): Promise<GraphAnswer> {
    this.cells.add(`${name} ${mechanism}`);
    return ask(this.url, this.operations.get(name) ?? '', variables, name, { 'parley-member': member });
  }
}
