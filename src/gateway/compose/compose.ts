import { composeServices } from '@theguild/federation-composition';
import { parse, type DocumentNode } from 'graphql';
import { ParleyError } from '../../errors/index.js';
import { ownersOnlyDescribe } from './descriptions.js';

/** A subgraph as composition sees it. */
export interface ComposableSubgraph {
  readonly name: string;
  /** Federation 2 SDL with `@link`. */
  readonly sdl: string;
}

/** One graph made of all subgraphs. */
export interface Composition {
  readonly supergraphSdl: string;
  /** What clients see: no federation directives, no `_service`, no `_entities`. */
  readonly api: DocumentNode;
}

/**
 * Composes subgraphs by Apollo Federation 2's rules. Descriptions are the owner's: a stub's are left out.
 * @throws ParleyError COMPOSITION_FAILED with every reason in `details`.
 */
export function compose(subgraphs: readonly ComposableSubgraph[]): Composition {
  const parsed = subgraphs.map(({ name, sdl }) => ({ name, document: parseSdl(name, sdl) }));
  const result = composeServices(
    ownersOnlyDescribe(parsed).map(({ name, document }) => ({ name, typeDefs: document })),
  );
  // Parsed anew: in the document that composition gives, the literal of a list is no list.
  if (result.errors === undefined)
    return { supergraphSdl: result.supergraphSdl, api: parse(result.publicSdl, { noLocation: true }) };
  throw new ParleyError('COMPOSITION_FAILED', 'The subgraphs do not compose', {
    got: result.errors.map((error) => error.message).join('; '),
    expected: 'subgraphs that compose by the rules of Apollo Federation 2',
    details: result.errors.map((error) => error.message),
  });
}

function parseSdl(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    throw new ParleyError('COMPOSITION_FAILED', `The SDL of subgraph ${name} is not GraphQL`, {
      got: error instanceof Error ? error.message : String(error),
      expected: 'Federation 2 SDL',
      source: name,
      cause: error,
    });
  }
}
