import type { EndpointReport } from '../ledger.js';
import { chainIdCall, quantityOf, type Endpoints } from './jsonRpc/endpoints.js';
import type { Endpoint } from './jsonRpc/endpoint.js';
import { EndpointFault } from './jsonRpc/endpointFault.js';

/** How long an endpoint may take to be probed. */
const PROBE_MS = 3_000;
const LATE = `no answer in ${PROBE_MS} ms. Fix: check the node and its URL.`;

/** Asks every endpoint who it is and how high it stands; one that does not answer says why. */
export function reportEndpoints(endpoints: Endpoints, signal?: AbortSignal): Promise<EndpointReport[]> {
  return Promise.all(endpoints.all.map((endpoint) => report(endpoints, endpoint, signal)));
}

async function report(
  endpoints: Endpoints,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<EndpointReport> {
  const patience = AbortSignal.timeout(PROBE_MS);
  const both = signal === undefined ? patience : AbortSignal.any([signal, patience]);
  const about = { endpoint: endpoint.label, role: 'CHAIN_NODE', operator: null } as const;
  try {
    const [chain, number, version] = await endpoint.ask(
      [chainIdCall, { method: 'eth_blockNumber', params: [] }, { method: 'web3_clientVersion', params: [] }],
      both,
    );
    const name = version?.ok === true && typeof version.result === 'string' ? version.result.slice(0, 200) : null;
    const problem = chainProblem(() => endpoints.requireChain(chain)) ?? lastingFault(endpoint);
    return { ...about, version: name, height: quantityOf(number), problem };
  } catch (error) {
    signal?.throwIfAborted();
    if (patience.aborted) return { ...about, version: null, height: null, problem: LATE };
    if (!(error instanceof EndpointFault)) throw error;
    return { ...about, version: null, height: null, problem: `${error.message}. Fix: check the node and its URL.` };
  }
}

/** It answers now, so what went wrong with the line is over; that it contradicted itself or was behind is not. */
function lastingFault({ fault }: Endpoint): string | null {
  if (fault === null || (fault.kind !== 'contradiction' && fault.kind !== 'behind')) return null;
  return `${fault.message}. Fix: check whether the node is in step with its peers.`;
}

function chainProblem(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!(error instanceof EndpointFault)) throw error;
    return `${error.message}. Fix: correct chainId or the URL in parley.yaml.`;
  }
}
