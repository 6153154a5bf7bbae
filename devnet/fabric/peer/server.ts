import { Server, ServerCredentials } from '@grpc/grpc-js';
import { discovery, gateway, peer } from '@hyperledger/fabric-protos';
import { parseEndpoint } from '../config/organizationGroup.js';
import type { KeyPair, OrderingService } from '../ports.js';
import { deliverService } from './deliver/service.js';
import { discoveryService } from './discovery/service.js';
import { endorserService } from './endorse/service.js';
import type { Registry } from './gateway/registry.js';
import { gatewayService } from './gateway/service.js';
import { OpenCalls } from './openCalls.js';

const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
/** How long open calls may take to end after they were told to. */
const SHUTDOWN_MS = 2000;

export interface PeerServerOptions {
  readonly registry: Registry;
  readonly ordering: OrderingService;
  readonly tls: KeyPair;
  readonly endorsementTimeoutMs: number;
}

export interface PeerServer {
  close(): Promise<void>;
}

/** Serves one peer's gRPC services over TLS at its endpoint, on the loopback interface only. */
export async function servePeer({
  registry,
  ordering,
  tls,
  endorsementTimeoutMs,
}: PeerServerOptions): Promise<PeerServer> {
  const open = new OpenCalls();
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  const { local } = registry;
  server.addService(gateway.GatewayService, gatewayService({ registry, ordering, endorsementTimeoutMs, open }));
  server.addService(peer.DeliverService, deliverService(local, open));
  server.addService(peer.EndorserService, endorserService(local, open));
  server.addService(discovery.DiscoveryService, discoveryService(registry, open));
  await bind(server, parseEndpoint(local.endpoint).port, tls);
  return {
    close: () => {
      open.abortAll();
      return shutDown(server);
    },
  };
}

function bind(server: Server, port: number, tls: KeyPair): Promise<void> {
  const credentials = ServerCredentials.createSsl(null, [
    { private_key: Buffer.from(tls.privateKeyPem), cert_chain: Buffer.from(tls.certificatePem) },
  ]);
  return new Promise((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error) =>
      error === null ? resolve() : reject(notListening(port, error)),
    ),
  );
}

/** A peer's port stands in its channels' and clients' files, so a world keeps the ports that it was made with. */
const notListening = (port: number, cause: Error): Error =>
  new Error(
    `A peer of this world lives on port ${port}, which cannot be had: ${cause.message}. Fix: end what listens there, or start over with --fresh`,
    { cause },
  );

/** Whoever is connected and never said who it is has no call that could be ended, and would keep a shutdown waiting for ever. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, SHUTDOWN_MS);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
