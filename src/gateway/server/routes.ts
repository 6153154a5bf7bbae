import { refusal, type Answer, type Incoming } from './http.js';

export interface Route {
  readonly methods: readonly string[];
  /** Whether the request counts against the client's requests a minute and the requests answered at once. */
  readonly limited: boolean;
  /** Whether a WebSocket may be opened here. */
  readonly upgrades?: boolean;
  answer(incoming: Incoming): Answer | Promise<Answer>;
}
export type Routes = ReadonlyMap<string, Route>;

/** A route that is only read. */
export function reading(answer: Route['answer']): Route {
  return { methods: ['GET', 'HEAD'], limited: false, answer };
}

/** @throws Refusal NOT_FOUND, METHOD_NOT_ALLOWED */
export function routeOf(routes: Routes, path: string, method: string): Route {
  const route = routes.get(path);
  if (route === undefined)
    throw refusal('NOT_FOUND', 'There is nothing at this path', {
      got: path.slice(0, 200),
      expected: [...routes.keys()].join(', '),
    });
  if (route.methods.includes(method)) return route;
  const allow = route.methods.join(', ');
  throw refusal('METHOD_NOT_ALLOWED', `${path} does not take this method`, { got: method, expected: allow }, { allow });
}
