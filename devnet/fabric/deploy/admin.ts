import { createPrivateKey } from 'node:crypto';
import { Client, credentials, status } from '@grpc/grpc-js';
import { GatewayError, connect, hash, signers } from '@hyperledger/fabric-gateway';
import type { Contract, Gateway } from '@hyperledger/fabric-gateway';
import type { OrganizationMaterial } from '../ports.js';

const TIMEOUT_MS = 30_000;
const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;
const LIFECYCLE = '_lifecycle';

type Serializable = { serializeBinary(): Uint8Array };

/** One organisation's admin at its own peer, through Fabric's gateway; works on embedded and on real nodes. */
export class LifecycleAdmin {
  readonly mspId: string;
  readonly #client: Client;
  readonly #gateway: Gateway;
  readonly #contract: Contract;

  constructor(organization: OrganizationMaterial, channel: string) {
    const admin = organization.users['admin'];
    const endpoint = organization.peerEndpoint;
    if (admin === undefined || endpoint === null) throw new Error(`${organization.mspId} has no admin or no peer`);
    this.mspId = organization.mspId;
    this.#client = new Client(endpoint, credentials.createSsl(Buffer.from(organization.tlsRootCertificatePem)), {
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    });
    const deadline = (): { deadline: number } => ({ deadline: Date.now() + TIMEOUT_MS });
    this.#gateway = connect({
      client: this.#client,
      identity: { mspId: organization.mspId, credentials: Buffer.from(admin.certificatePem) },
      signer: signers.newPrivateKeySigner(createPrivateKey(admin.privateKeyPem)),
      hash: hash.sha256,
      evaluateOptions: deadline,
      endorseOptions: deadline,
      submitOptions: deadline,
      commitStatusOptions: deadline,
    });
    this.#contract = this.#gateway.getNetwork(channel).getContract(LIFECYCLE);
  }

  /** Asks this organisation's own peer. */
  async evaluate(name: string, args: Serializable): Promise<Uint8Array> {
    return this.#contract.evaluate(name, {
      arguments: [args.serializeBinary()],
      endorsingOrganizations: [this.mspId],
    });
  }

  /** Submits and waits for the block. `own`: endorsed by this organisation's peer alone. */
  async submit(name: string, args: Serializable, own: boolean): Promise<void> {
    await this.#contract.submit(name, {
      arguments: [args.serializeBinary()],
      ...(own ? { endorsingOrganizations: [this.mspId] } : {}),
    });
  }

  close(): void {
    this.#gateway.close();
    this.#client.close();
  }
}

/** Everything that a gateway and its nodes said about a failure. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof GatewayError)) return error instanceof Error ? error.message : String(error);
  return [error.message, ...error.details.map(({ mspId, message }) => `${mspId}: ${message}`)].join('; ');
}

/** True where a node is not ready yet, rather than unwilling: gossip, joins and orderers settle after a start. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof GatewayError)) return false;
  const text = wordsOf(error);
  const passing = /no combination of peers|no peers available|failed to find any endorsing peers|do not match/;
  return error.code === status.UNAVAILABLE || passing.test(text);
}
