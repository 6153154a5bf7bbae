import { join } from 'node:path';
import { msp } from '@hyperledger/fabric-protos';
import { mspConfig } from '../config/organizationGroup.js';
import { Msp } from '../msp/msp.js';
import { signingIdentity } from '../msp/signingIdentity.js';
import type { SigningIdentity } from '../msp/signingIdentity.js';
import type { PeerOrganization } from '../world.js';
import { checkChannelAcl, checkLocalAcl, isLocalResource } from './acl.js';
import type { Channel } from './channel.js';
import type { ChannelView } from './channelView.js';
import { ChaincodeExecution } from './chaincode/execution.js';
import { InstalledChaincodes } from './chaincode/installed.js';
import { Endorser } from './endorse/endorser.js';
import type { Invocation, SystemChaincode } from './invocation.js';
import { readPackageId } from './lifecycle/definition.js';
import { definitionIn, privateState } from './lifecycle/lifecycleState.js';
import { FabricRefusal } from '../ports.js';
import { ConfigurationChaincode } from './system/cscc.js';
import { LifecycleChaincode } from './system/lifecycle.js';
import { QueryChaincode } from './system/qscc.js';

export interface NodeOptions {
  readonly organization: PeerOrganization;
  readonly directory: string;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly executeTimeoutMs: number;
}

/** The peer of one organisation: its identity, its chaincodes, and its views of the channels. */
export class PeerNode {
  readonly mspId: string;
  /** host:port */
  readonly endpoint: string;
  readonly identity: SigningIdentity;
  /** The organisation's own MSP: who may administer this peer. */
  readonly local: Msp;
  readonly endorser: Endorser;
  readonly #installed: InstalledChaincodes;
  readonly #execution: ChaincodeExecution;

  constructor(private readonly options: NodeOptions) {
    const { organization, directory, channels, executeTimeoutMs } = options;
    this.mspId = organization.mspId;
    this.endpoint = organization.peerEndpoint;
    this.identity = signingIdentity(organization.mspId, organization.peer);
    this.local = new Msp(msp.FabricMSPConfig.deserializeBinary(mspConfig(organization).getConfig_asU8()));
    this.#installed = new InstalledChaincodes(join(directory, 'chaincodes', this.mspId));
    const viewOf = (channel: string): ChannelView | null => this.view(channel);
    this.#execution = new ChaincodeExecution({
      mspId: this.mspId,
      installed: this.#installed,
      system: this.#systemChaincodes(),
      executeTimeoutMs,
      viewOf,
      checkCall: (view, { signed }) => checkChannelAcl(view, 'peer/ChaincodeToChaincode', signed),
    });
    this.endorser = new Endorser({
      identity: this.identity,
      local: this.local,
      execution: this.#execution,
      viewOf,
      distribute: (channel, id, set) => channels.get(channel)?.ledger.transient.put(id, set),
    });
  }

  /** This peer's view of a channel; null where it has not joined it. */
  view(channel: string): ChannelView | null {
    return this.options.channels.get(channel)?.view(this.mspId) ?? null;
  }

  views(): ChannelView[] {
    return [...this.options.channels.values()].flatMap((channel) => channel.view(this.mspId) ?? []);
  }

  isSystem(chaincode: string): boolean {
    return this.#execution.isSystem(chaincode);
  }

  /** Version of a chaincode that this peer can run on the channel; null where it cannot. */
  runnableVersion(channel: string, chaincode: string): string | null {
    if (this.isSystem(chaincode)) return 'syscc';
    const view = this.view(channel);
    const definition = view === null ? null : definitionIn(view.state, chaincode);
    if (view === null || definition === null) return null;
    const approvals = privateState(view.privateState, this.mspId);
    const packageId = readPackageId(approvals, chaincode, definition.sequence);
    return packageId !== null && this.#installed.find(packageId) !== null ? definition.version : null;
  }

  async close(): Promise<void> {
    await this.#execution.close();
  }

  #systemChaincodes(): ReadonlyMap<string, SystemChaincode> {
    const views = (): ChannelView[] => this.views();
    const viewOf = (channel: string): ChannelView | null => this.view(channel);
    const checkAcl = (resource: string, invocation: Invocation, view = invocation.view): void =>
      this.#checkAcl(resource, invocation, view);
    return new Map<string, SystemChaincode>([
      ['_lifecycle', new LifecycleChaincode({ mspId: this.mspId, installed: this.#installed, views, checkAcl })],
      ['qscc', new QueryChaincode(viewOf, checkAcl)],
      ['cscc', new ConfigurationChaincode({ viewOf, views, checkAcl })],
    ]);
  }

  #checkAcl(resource: string, { signed }: Invocation, view: ChannelView | null): void {
    if (isLocalResource(resource)) checkLocalAcl(this.local, resource, signed);
    else if (view !== null) checkChannelAcl(view, resource, signed);
    else throw new FabricRefusal(403, `Invalid channel ID name during check policy for ${resource}`);
  }
}
