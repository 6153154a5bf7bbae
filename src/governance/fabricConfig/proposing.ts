import type { JsonValue } from '../mechanism.js';

/** `FabricConfigProposalInput`. */
export interface Proposing {
  readonly title: string;
  readonly body: string;
  /** `FabricConfigActionInput`, read where it is used. */
  readonly change: unknown;
  readonly closesAtMs: number | null;
}

export function proposingOf(input: JsonValue): Proposing {
  const { title, body, change, closesAt } = input as unknown as {
    readonly title: string;
    readonly body?: string;
    readonly change: unknown;
    readonly closesAt?: number;
  };
  return { title, body: body ?? '', change, closesAtMs: closesAt ?? null };
}
