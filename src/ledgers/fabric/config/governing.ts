import type { common } from '@hyperledger/fabric-protos';
import type { ChannelConfig } from '../../../model/fabric.js';
import type { Identities, Identity } from '../identities/identity.js';
import { Membership, type MspReader } from '../identities/membership.js';
import type { Msp } from '../identities/msp.js';
import { bftSigners, consensus } from './consensus.js';
import { organizations } from './organizations.js';
import { groupPolicies } from './policies.js';
import { bytesOf, configNode, EMPTY_NODE, groupAt, type ConfigNode } from './tree.js';
import { capabilityNames } from './values.js';

/** A channel's configuration as blocks are judged by it. */
export interface GoverningConfig {
  readonly root: ConfigNode;
  readonly config: ChannelConfig;
  readonly membership: Membership;
  /** The signers of a BFT channel's blocks by their identifier; empty on Raft. */
  readonly signers: ReadonlyMap<number, Identity>;
  /** When it came into force, as its block says. */
  readonly sinceMs: number | null;
}

/** Before any configuration is known nobody is a member, so nothing verifies. */
export const NO_MEMBERSHIP = new Membership(new Map(), new Set());

/** Reads configurations, keeping what an update leaves as it was. */
export class ConfigReader {
  constructor(
    private readonly identities: Identities,
    private readonly msps: MspReader,
  ) {}

  /** Throws where the configuration is malformed. */
  read(envelope: common.ConfigEnvelope, raftIds: readonly number[], sinceMs: number | null): GoverningConfig {
    const told = envelope.getConfig();
    const group = told?.getChannelGroup();
    if (told === undefined || group === undefined) throw new RangeError('The configuration has no channel group');
    const root = configNode(group);
    const config = channelConfig(told.getSequence(), root, raftIds);
    return { root, config, membership: membershipOf(root, this.msps), signers: this.signers(root, config), sinceMs };
  }

  private signers(root: ConfigNode, config: ChannelConfig): Map<number, Identity> {
    const group = groupAt(root, 'Orderer');
    if (group === null || config.consensus.type !== 'BFT') return new Map();
    return new Map(
      bftSigners(group).map((signer) => [
        signer.getId(),
        this.identities.consenter(signer.getMspId(), signer.getIdentity_asU8()),
      ]),
    );
  }
}

/** The MSPs of a configuration. */
export function membershipOf(root: ConfigNode, reader: MspReader): Membership {
  const msps = new Map<string, Msp>();
  const orderers = new Set<string>();
  for (const kind of ['Application', 'Orderer']) {
    for (const node of groupAt(root, kind)?.groups.values() ?? []) {
      const read = reader.read(bytesOf(node, 'MSP'));
      if (read === null) continue;
      msps.set(read.mspId, read.msp);
      if (kind === 'Orderer') orderers.add(read.mspId);
    }
  }
  return new Membership(msps, orderers);
}

function channelConfig(sequence: number, root: ConfigNode, raftIds: readonly number[]): ChannelConfig {
  const application = groupAt(root, 'Application');
  const orderer = groupAt(root, 'Orderer');
  return {
    sequence,
    capabilities: {
      channel: capabilities(root),
      orderer: capabilities(orderer),
      application: capabilities(application),
    },
    consensus: consensus(orderer ?? EMPTY_NODE, raftIds),
    organizations: organizations('/Channel/Application', application),
    ordererOrganizations: organizations('/Channel/Orderer', orderer),
    policies: [
      ...groupPolicies('/Channel', root),
      ...groupPolicies('/Channel/Application', application ?? EMPTY_NODE),
      ...groupPolicies('/Channel/Orderer', orderer ?? EMPTY_NODE),
    ],
  };
}

const capabilities = (node: ConfigNode | null): string[] =>
  capabilityNames(bytesOf(node ?? EMPTY_NODE, 'Capabilities'));
