import { msp, peer } from '@hyperledger/fabric-protos';
import type { Identity, Msp } from '../msp/msp.js';
import { verifyBy } from '../msp/msp.js';
import { FabricRefusal } from '../ports.js';
import type { SignedData } from '../ports.js';
import type { ChannelView } from './channelView.js';
import { reasonOf } from './messages/response.js';

const READERS = '/Channel/Application/Readers';
const WRITERS = '/Channel/Application/Writers';
const FORBIDDEN = 403;

/** Fabric's default policy of each resource that a peer asks about; a channel's ACLs may name another one. */
const DEFAULTS: Readonly<Record<string, string>> = {
  '_lifecycle/CommitChaincodeDefinition': WRITERS,
  '_lifecycle/QueryChaincodeDefinition': WRITERS,
  '_lifecycle/QueryChaincodeDefinitions': WRITERS,
  '_lifecycle/CheckCommitReadiness': WRITERS,
  'qscc/GetChainInfo': READERS,
  'qscc/GetBlockByNumber': READERS,
  'qscc/GetBlockByHash': READERS,
  'qscc/GetTransactionByID': READERS,
  'qscc/GetBlockByTxID': READERS,
  'cscc/GetConfigBlock': READERS,
  'cscc/GetChannelConfig': READERS,
  'peer/Propose': WRITERS,
  'peer/ChaincodeToChaincode': WRITERS,
  'event/Block': READERS,
  'event/FilteredBlock': READERS,
  'gateway/CommitStatus': READERS,
  'gateway/ChaincodeEvents': READERS,
};

/** Resources that are the peer's own and not a channel's: decided by the peer's own MSP. */
const LOCAL: Readonly<Record<string, 'Admins' | 'Members'>> = {
  '_lifecycle/InstallChaincode': 'Admins',
  '_lifecycle/QueryInstalledChaincode': 'Admins',
  '_lifecycle/GetInstalledChaincodePackage': 'Admins',
  '_lifecycle/QueryInstalledChaincodes': 'Admins',
  '_lifecycle/ApproveChaincodeDefinitionForMyOrg': 'Admins',
  '_lifecycle/QueryApprovedChaincodeDefinition': 'Admins',
  '_lifecycle/QueryApprovedChaincodeDefinitions': 'Admins',
  'cscc/JoinChain': 'Admins',
  'cscc/JoinChainBySnapshot': 'Admins',
  'cscc/JoinBySnapshotStatus': 'Admins',
  'cscc/GetChannels': 'Members',
};

/** Throws `FabricRefusal` in Fabric's words where the channel's policy of the resource does not allow the signer. */
export function checkChannelAcl(view: ChannelView, resource: string, signed: SignedData): void {
  checkIdentityAcl(view, resource, view.bundle.signers([signed]));
}

/** As `checkChannelAcl`, for identities whose signature was verified already. */
export function checkIdentityAcl(view: ChannelView, resource: string, identities: readonly Identity[]): void {
  const path = policyOf(view, resource);
  const policy = view.bundle.policies.find(path);
  const refusal = policy === null ? `could not find policy ${path}` : policy.refuse(identities);
  if (refusal === null) return;
  throw new FabricRefusal(
    FORBIDDEN,
    `Failed evaluating policy on signed data during check policy on channel [${view.name}] with policy [${path}]: [${refusal}]`,
  );
}

/** As `checkChannelAcl` for what only the peer's own organisation decides. */
export function checkLocalAcl(local: Msp, resource: string, signed: SignedData): void {
  const policy = LOCAL[resource];
  if (policy === undefined) throw new FabricRefusal(FORBIDDEN, `Unmapped policy for ${resource}`);
  const fault = localFault(local, policy, signed);
  if (fault === null) return;
  throw new FabricRefusal(FORBIDDEN, fault);
}

export const isLocalResource = (resource: string): boolean => resource in LOCAL;

function policyOf(view: ChannelView, resource: string): string {
  const application = view.bundle.config.getChannelGroup()?.getGroupsMap().get('Application');
  const acls = application?.getValuesMap().get('ACLs')?.getValue_asU8() ?? new Uint8Array();
  const own = peer.ACLs.deserializeBinary(acls).getAclsMap().get(resource)?.getPolicyRef();
  if (own !== undefined && own !== '') return own.startsWith('/') ? own : `/Channel/Application/${own}`;
  const policy = DEFAULTS[resource];
  if (policy === undefined) throw new FabricRefusal(FORBIDDEN, `Unmapped policy for ${resource}`);
  return policy;
}

/** Null where the signer is a member, or an admin, of the peer's own organisation. */
export function localFault(local: Msp, policy: 'Admins' | 'Members', signed: SignedData): string | null {
  const during = `during channelless check policy with policy [${policy}]`;
  const identity = msp.SerializedIdentity.deserializeBinary(signed.identity);
  if (identity.getMspid() !== local.id) {
    return `Failed deserializing proposal creator ${during}: [expected MSP ID ${local.id}, received ${identity.getMspid()}]`;
  }
  const found = readable(local, identity.getIdBytes_asU8());
  if (typeof found === 'string') return `Failed deserializing proposal creator ${during}: [${found}]`;
  if (found.fault !== null) {
    return `Failed verifying that proposal's creator satisfies local MSP principal ${during}: [${found.fault}]`;
  }
  if (policy === 'Admins' && !found.admin && found.role !== 'admin') {
    return `Failed verifying that proposal's creator satisfies local MSP principal ${during}: [The identity is not an admin under this MSP [${local.id}]: The identity does not contain OU [ADMIN], MSP: [${local.id}]]`;
  }
  return verifyBy(found, signed.data, signed.signature) ? null : 'The signature is invalid';
}

function readable(local: Msp, certificate: Uint8Array): Identity | string {
  try {
    return local.identity(certificate);
  } catch (error) {
    return reasonOf(error);
  }
}
