import { getOperationAST, type DocumentNode, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { Lru } from '../../lib/lru.js';
import type { RequestContext } from '../../subgraphs/context.js';
import { boundOperation } from '../bounds/cost.js';
import { unsafeField } from '../bounds/method.js';
import type { Call } from '../call.js';
import { answer } from '../execute/answer.js';
import { fragmentsOf } from '../operation.js';
import type { GraphqlServerOptions } from './apollo.js';
import { SharedRuns } from './sharedRuns.js';

/** A request's parameters, of the types that GraphQL over HTTP gives them. */
interface Asked {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>> | null;
}

interface Known extends Asked {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

// Longer documents go through the whole pipeline each time rather than being remembered.
const MAX_REMEMBERED_CHARACTERS = 10_000;
const DOCUMENTS_KEPT = 1000;

/**
 * Queries whose text was parsed, validated and bounded before, by Apollo Server and its plugin: the same text needs none of it again.
 * Who asks the same at the same moment, and may see the same, shares one run. Only whole answers without errors are given here. Everything else, and every doubt, is Apollo Server's.
 */
export class KnownOperations {
  readonly #documents = new Lru<string, DocumentNode>(DOCUMENTS_KEPT);
  readonly #shared = new SharedRuns<Buffer | undefined>();
  /** Without variables the cost is the same each time. */
  readonly #bounded = new WeakSet<OperationDefinitionNode>();

  constructor(readonly options: GraphqlServerOptions) {}

  /** The document passed every check that does not depend on variables. */
  remember(text: string | undefined, document: DocumentNode): void {
    if (text !== undefined && text.length <= MAX_REMEMBERED_CHARACTERS) this.#documents.set(text, document);
  }

  /**
   * The answer's bytes; undefined where the request must go through the pipeline, for which an answer with errors is kept in the call:
   * nothing is executed twice.
   */
  async answer(body: object, call: Call): Promise<Buffer | undefined> {
    const asked = askedBy(body);
    const known = asked === undefined ? undefined : this.#known(asked);
    if (known === undefined) return undefined;
    const context = await this.#contextOf(call);
    if (context === undefined) return undefined;
    const run = (): Promise<Buffer | undefined> => this.#run(known, call);
    const text = await (this.#alone(known) ? run() : this.#shared.join(keyOf(known, context), run));
    if (text === undefined) return undefined;
    const { operation } = known;
    call.wellFormed = true;
    call.operationName = operation.name?.value ?? null;
    call.operationType = operation.operation;
    return text;
  }

  /** Who is not let in is told so in the pipeline, which asks again. */
  async #contextOf(call: Call): Promise<RequestContext | undefined> {
    try {
      return (call.context = await this.options.contextFor(call.request));
    } catch {
      return undefined;
    }
  }

  /** What does work elsewhere is done for each who asks; so is what takes long to compare. */
  #alone({ document, operation, variables }: Known): boolean {
    if (variables !== null && JSON.stringify(variables).length > MAX_REMEMBERED_CHARACTERS) return true;
    return unsafeField(operation, fragmentsOf(document), this.options.postOnly) !== undefined;
  }

  async #run({ document, operationName, variables }: Known, call: Call): Promise<Buffer | undefined> {
    call.answered = answer(call, { document, operationName, variables }, this.options.executor);
    const result = await call.answered.catch(failed);
    return result?.data == null || result.errors !== undefined ? undefined : textOf(result);
  }

  #known(asked: Asked): Known | undefined {
    const document = this.#documents.get(asked.query);
    const operation = document && getOperationAST(document, asked.operationName);
    if (document === undefined || operation?.operation !== 'query') return undefined;
    return this.#within(document, operation, asked) ? { ...asked, document, operation } : undefined;
  }

  #within(document: DocumentNode, operation: OperationDefinitionNode, { variables }: Asked): boolean {
    if (this.#bounded.has(operation)) return true;
    const { schema, limits } = this.options;
    try {
      boundOperation({ schema, operation, fragments: fragmentsOf(document), variables: variables ?? {} }, limits);
    } catch {
      return false; // Refused again in the pipeline, which says so with the right status.
    }
    if ((operation.variableDefinitions ?? []).length === 0) this.#bounded.add(operation);
    return true;
  }
}

/** The pipeline awaits the same promise, and says why. */
const failed = (): undefined => undefined;

function askedBy(body: object): Asked | undefined {
  const { query, operationName = null, variables = null, extensions = null } = body as Record<string, unknown>;
  if (typeof query !== 'string' || extensions !== null) return undefined;
  if (operationName !== null && typeof operationName !== 'string') return undefined;
  if (typeof variables !== 'object' || Array.isArray(variables)) return undefined;
  return { query, operationName, variables: variables as Asked['variables'] };
}

/** As Apollo Server writes it. */
const textOf = ({ data, extensions }: ExecutionResult): Buffer =>
  Buffer.from(`${JSON.stringify({ data, extensions })}\n`);

/** All that an answer depends on: the words, who asks, and what it may do and see. */
const keyOf = ({ query, operationName, variables }: Known, { principal, rights, scope }: RequestContext): string =>
  JSON.stringify([query, operationName, variables, principal, rights, scope.digest]);
