import { GatewayError } from '@hyperledger/fabric-gateway';

/** What a refused call says: gRPC code, text, and what each node said. */
export interface Failure {
  readonly name: string;
  readonly code: number | null;
  readonly message: string;
  readonly details: readonly string[];
}

/** Waits for a refusal; fails where there is none. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const gateway = error instanceof GatewayError;
    return {
      name: error.name,
      code: gateway ? error.code : null,
      message: error.message,
      details: gateway ? error.details.map(({ mspId, message }) => `${mspId}: ${message}`) : [],
    };
  }
  throw new Error('the call was not refused');
}
