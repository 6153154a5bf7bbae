import { status } from '@grpc/grpc-js';
import { common, gateway } from '@hyperledger/fabric-protos';
import type { Bundle } from '../../config/bundle.js';
import type { OrderingService } from '../../ports.js';
import { ordererEndpoints } from '../discovery/channelConfig.js';
import { RpcError } from '../grpc.js';
import type { Registry } from './registry.js';

/** Sends a signed transaction to the ordering service. That it was taken does not mean that it will be valid. */
export async function submit(
  registry: Registry,
  ordering: OrderingService,
  request: gateway.SubmitRequest,
): Promise<gateway.SubmitResponse> {
  const envelope = request.getPreparedTransaction();
  if (envelope === undefined) throw new RpcError(status.INVALID_ARGUMENT, 'a prepared transaction is required');
  if (envelope.getSignature_asU8().length === 0) {
    throw new RpcError(status.INVALID_ARGUMENT, 'prepared transaction must be signed');
  }
  const channel = request.getChannelId();
  const view = registry.local.view(channel);
  if (view === null) {
    throw new RpcError(
      status.FAILED_PRECONDITION,
      `failed to get config for channel [${channel}]: could not get last config for channel ${channel}`,
    );
  }
  const result = await ordering.broadcast(envelope);
  if (result.status === common.Status.SUCCESS) return new gateway.SubmitResponse();
  const said = `received unsuccessful response from orderer: status=${statusName(result.status)}, info=${result.info}`;
  if (result.status >= 400 && result.status < 500) throw new RpcError(status.ABORTED, said);
  throw unavailable(view.bundle, said);
}

/** What a gateway says after it has asked the orderers: for BFT all of them at once, otherwise one after another. */
function unavailable(bundle: Bundle, said: string): RpcError {
  const text =
    bundle.orderer.consensus === 'BFT'
      ? 'insufficient number of orderers could successfully process transaction to satisfy quorum requirement'
      : 'no orderers could successfully process transaction';
  const nodes = ordererEndpoints(bundle.config).map((orderer) => ({ ...orderer, message: said }));
  return new RpcError(status.UNAVAILABLE, text, nodes);
}

function statusName(code: number): string {
  return Object.entries(common.Status).find(([, value]) => value === code)?.[0] ?? String(code);
}
