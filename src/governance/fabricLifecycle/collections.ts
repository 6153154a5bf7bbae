import { peer } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../errors/index.js';
import { parsePolicyExpression } from '../../ledgers/fabric/configuration.js';

/** More than a chaincode has; keeps one request from making a definition that no block takes. */
const MAX_COLLECTIONS = 100;
/** As Fabric's lifecycle takes them. */
const NAME = /^[A-Za-z0-9-][A-Za-z0-9_-]*$/;
const KEYS = [
  'name',
  'policy',
  'requiredPeerCount',
  'maxPeerCount',
  'blockToLive',
  'memberOnlyRead',
  'memberOnlyWrite',
  'endorsementPolicy',
];

/** Private collections as the JSON that `peer lifecycle chaincode approveformyorg --collections-config` reads. Errors: `INPUT_INVALID`. */
export function collectionsOf(json: unknown): peer.CollectionConfigPackage {
  const list = Array.isArray(json) ? (json as unknown[]) : null;
  if (list === null || list.length > MAX_COLLECTIONS)
    throw invalid('collections', json, `a list of at most ${MAX_COLLECTIONS} collections`);
  const configs = list.map((one, index) => {
    const config = new peer.CollectionConfig();
    config.setStaticCollectionConfig(collectionOf(new Fields(one, `collections[${index}]`, KEYS)));
    return config;
  });
  const message = new peer.CollectionConfigPackage();
  message.setConfigList(configs);
  return message;
}

function collectionOf(fields: Fields): peer.StaticCollectionConfig {
  const members = new peer.CollectionPolicyConfig();
  members.setSignaturePolicy(parsePolicyExpression(fields.text('policy')));
  const config = new peer.StaticCollectionConfig();
  config.setName(fields.text('name', NAME));
  config.setMemberOrgsPolicy(members);
  config.setRequiredPeerCount(fields.count('requiredPeerCount', 0));
  // As Fabric's own command has it.
  config.setMaximumPeerCount(fields.count('maxPeerCount', 1));
  config.setBlockToLive(fields.count('blockToLive', 0));
  config.setMemberOnlyRead(fields.flag('memberOnlyRead'));
  config.setMemberOnlyWrite(fields.flag('memberOnlyWrite'));
  const policy = fields.inner('endorsementPolicy', ['signaturePolicy', 'channelConfigPolicy']);
  if (policy !== null) config.setEndorsementPolicy(endorsementOf(policy));
  return config;
}

function endorsementOf(fields: Fields): peer.ApplicationPolicy {
  const policy = new peer.ApplicationPolicy();
  if (fields.has('channelConfigPolicy')) policy.setChannelConfigPolicyReference(fields.text('channelConfigPolicy'));
  else policy.setSignaturePolicy(parsePolicyExpression(fields.text('signaturePolicy')));
  return policy;
}

/** An object of the JSON, read key by key. */
class Fields {
  private readonly of: Readonly<Record<string, unknown>>;

  constructor(
    json: unknown,
    private readonly path: string,
    known: readonly string[],
  ) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid(path, json, 'an object');
    this.of = json as Readonly<Record<string, unknown>>;
    const foreign = Object.keys(this.of).find((key) => !known.includes(key));
    if (foreign !== undefined) throw invalid(`${path}.${foreign}`, foreign, `one of ${known.join(', ')}`);
  }

  has(key: string): boolean {
    return this.of[key] != null;
  }

  text(key: string, pattern = /./): string {
    const value = this.of[key];
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw invalid(`${this.path}.${key}`, value, pattern === NAME ? `a text that matches ${NAME.source}` : 'a text');
  }

  count(key: string, otherwise: number): number {
    const value = this.of[key] ?? otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw invalid(`${this.path}.${key}`, value, 'a whole number, 0 or more');
  }

  flag(key: string): boolean {
    const value = this.of[key] ?? false;
    if (typeof value === 'boolean') return value;
    throw invalid(`${this.path}.${key}`, value, 'true or false');
  }

  inner(key: string, known: readonly string[]): Fields | null {
    return this.has(key) ? new Fields(this.of[key], `${this.path}.${key}`, known) : null;
  }
}

const invalid = (path: string, got: unknown, expected: string): ParleyError =>
  new ParleyError('INPUT_INVALID', `\`${path}\` is not what Fabric's collection configuration takes`, {
    got: (JSON.stringify(got) ?? 'nothing').slice(0, 200),
    expected,
  });
