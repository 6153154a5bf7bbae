import { Metadata, status } from '@grpc/grpc-js';
import { gateway, google } from '@hyperledger/fabric-protos';

/** Something that ends a call with a gRPC status, Fabric's text and, where there are any, what single nodes said. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: status,
    readonly details: string,
    readonly nodes: readonly NodeError[] = [],
  ) {
    super(details);
  }

  /** The error as grpc-js sends it: `google.rpc.Status` with `gateway.ErrorDetail`s beside the code. */
  toService(): { code: status; details: string; metadata: Metadata } {
    const metadata = new Metadata();
    if (this.nodes.length > 0) {
      const message = new google.rpc.Status();
      message.setCode(this.code);
      message.setMessage(this.details);
      for (const node of this.nodes) {
        const detail = message.addDetails();
        detail.setTypeUrl('type.googleapis.com/gateway.ErrorDetail');
        detail.setValue(detailOf(node).serializeBinary());
      }
      metadata.set('grpc-status-details-bin', Buffer.from(message.serializeBinary()));
    }
    return { code: this.code, details: this.details, metadata };
  }
}

/** What one node said about a transaction. */
export interface NodeError {
  /** host:port */
  readonly address: string;
  readonly mspId: string;
  readonly message: string;
}

/** Trailers have to fit into the headers of HTTP/2. */
const MAX_DETAIL_CHARACTERS = 4000;

function detailOf({ address, mspId, message }: NodeError): gateway.ErrorDetail {
  const detail = new gateway.ErrorDetail();
  detail.setAddress(address);
  detail.setMspId(mspId);
  detail.setMessage(message.slice(0, MAX_DETAIL_CHARACTERS));
  return detail;
}

/** What a call is told of anything thrown. */
export function toService(error: unknown): ReturnType<RpcError['toService']> {
  const known = error instanceof RpcError ? error : new RpcError(status.UNKNOWN, textOf(error));
  return known.toService();
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Bounds how many calls of one service run at once; more are told so, as by Fabric. */
export class ConcurrencyLimit {
  #running = 0;

  constructor(
    private readonly service: string,
    private readonly limit: number,
  ) {}

  /** Throws where the limit is reached; else gives the function that ends the call. */
  enter(): () => void {
    if (this.#running >= this.limit) {
      throw new RpcError(
        status.UNKNOWN,
        `too many requests for /${this.service}, exceeding concurrency limit (${this.limit})`,
      );
    }
    this.#running++;
    let left = false;
    return () => {
      if (!left) this.#running--;
      left = true;
    };
  }
}
