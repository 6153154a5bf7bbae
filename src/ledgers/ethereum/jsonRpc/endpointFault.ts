/**
 * Why an endpoint could not be used for one question. `unreachable`: no or no whole answer; `throttled`: it asks for a pause;
 * `overloaded`: the question was too large; `refused`: it will not answer; `foreign`: it serves another chain;
 * `behind`: it lacks what must exist; `contradiction`: its answers do not fit together.
 */
export type FaultKind = 'unreachable' | 'throttled' | 'overloaded' | 'refused' | 'foreign' | 'behind' | 'contradiction';

/** Stays inside this room: `Endpoints` tries another endpoint, and tells the caller as a `ParleyError` where none is left. */
export class EndpointFault extends Error {
  override readonly name = 'EndpointFault';
  constructor(
    readonly kind: FaultKind,
    /** Without secrets. */
    message: string,
    /** The pause that the endpoint asked for. */
    readonly retryAfterMs: number | null = null,
    /** False where the endpoint surely did nothing with the question. */
    readonly mayHaveArrived = true,
  ) {
    super(message);
  }
}
