/** Who is calling. Accounts come later; until then everybody who reaches loopback is the operator. */
export interface Principal {
  readonly kind: 'ANONYMOUS';
  readonly name: string;
  /** What the credential is limited to; empty: nothing beyond the principal's own rights. */
  readonly scopes: readonly string[];
}

/** Identifies the caller of a request on loopback. */
export const identify = (): Principal => ({ kind: 'ANONYMOUS', name: 'operator on this machine', scopes: [] });
