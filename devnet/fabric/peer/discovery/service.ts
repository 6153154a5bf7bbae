import { status } from '@grpc/grpc-js';
import { discovery } from '@hyperledger/fabric-protos';
import type { peer } from '@hyperledger/fabric-protos';
import type { IDiscoveryServer } from '@hyperledger/fabric-protos/lib/discovery/protocol_grpc_pb.js';
import type { SignedData } from '../../ports.js';
import { localFault } from '../acl.js';
import { unary } from '../gateway/service.js';
import type { Registry } from '../gateway/registry.js';
import { endorsementLayouts } from '../gateway/layouts.js';
import { ConcurrencyLimit, RpcError } from '../grpc.js';
import { reasonOf } from '../messages/response.js';
import type { PeerNode } from '../node.js';
import type { OpenCalls } from '../openCalls.js';
import { satisfiesReference } from '../validate/policies.js';
import { configResult } from './channelConfig.js';
import { peerMessage } from './members.js';

const CONCURRENT_CALLS = 2500;
/** Bounds how much one request may ask. */
const MAX_QUERIES = 100;
const WRITERS = '/Channel/Application/Writers';

/** `discovery.Discovery` of one peer. */
export function discoveryService(registry: Registry, open: OpenCalls): IDiscoveryServer {
  const limit = new ConcurrencyLimit('discovery.Discovery', CONCURRENT_CALLS);
  return {
    discover: unary(limit, open, (request: discovery.SignedRequest) => Promise.resolve(discover(registry, request))),
  };
}

function discover(registry: Registry, signed: discovery.SignedRequest): discovery.Response {
  const payload = signed.getPayload_asU8();
  const request = discovery.Request.deserializeBinary(payload);
  const identity = request.getAuthentication()?.getClientIdentity_asU8();
  if (identity === undefined) throw new RpcError(status.UNKNOWN, 'access denied, no authentication info in request');
  if (identity.length === 0) throw new RpcError(status.UNKNOWN, "access denied, client identity wasn't supplied");
  const queries = request.getQueriesList();
  if (queries.length > MAX_QUERIES) throw new RpcError(status.UNKNOWN, `more than ${MAX_QUERIES} queries in a request`);
  const client = { data: payload, identity, signature: signed.getSignature_asU8() };
  const response = new discovery.Response();
  response.setResultsList(queries.map((query) => answer(registry, query, client)));
  return response;
}

function answer(registry: Registry, query: discovery.Query, client: SignedData): discovery.QueryResult {
  if (!isAllowed(registry, query.getChannel(), client)) return failed('access denied');
  try {
    return query.getChannel() === '' ? localAnswer(registry, query) : channelAnswer(registry, query);
  } catch (error) {
    return failed(reasonOf(error));
  }
}

/** A channel's writers may ask about it; about the peer itself, its own organisation's admins. */
function isAllowed({ local }: Registry, channel: string, client: SignedData): boolean {
  if (channel === '') return localFault(local.local, 'Admins', client) === null;
  const view = local.view(channel);
  return view !== null && satisfiesReference(view.bundle, WRITERS, [client]);
}

function localAnswer(registry: Registry, query: discovery.Query): discovery.QueryResult {
  if (!query.hasLocalPeers()) return failed('unknown or missing request type');
  return members(registry.all(), null);
}

function channelAnswer(registry: Registry, query: discovery.Query): discovery.QueryResult {
  const channel = query.getChannel();
  const view = registry.local.view(channel);
  if (query.hasConfigQuery() && view !== null) {
    const result = new discovery.QueryResult();
    result.setConfigResult(configResult(view.bundle.config));
    return result;
  }
  const peerQuery = query.getPeerQuery();
  if (peerQuery !== undefined) return members(withChaincodes(registry, channel, peerQuery.getFilter()), channel);
  const chaincodeQuery = query.getCcQuery();
  if (chaincodeQuery === undefined) return failed('unknown or missing request type');
  return chaincodes(registry, channel, chaincodeQuery);
}

function withChaincodes(
  registry: Registry,
  channel: string,
  filter: peer.ChaincodeInterest | undefined,
): readonly PeerNode[] {
  const calls = filter?.getChaincodesList() ?? [];
  return registry
    .peersOf(channel)
    .filter((node) => calls.every((call) => node.runnableVersion(channel, call.getName()) !== null));
}

function members(nodes: readonly PeerNode[], channel: string | null): discovery.QueryResult {
  const message = new discovery.PeerMembershipResult();
  for (const node of nodes) {
    const peers = new discovery.Peers();
    peers.setPeersList([peerMessage(node, channel)]);
    message.getPeersByOrgMap().set(node.mspId, peers);
  }
  const result = new discovery.QueryResult();
  result.setMembers(message);
  return result;
}

function chaincodes(registry: Registry, channel: string, query: discovery.ChaincodeQuery): discovery.QueryResult {
  const interests = query.getInterestsList();
  checkInterests(interests);
  const message = new discovery.ChaincodeQueryResult();
  message.setContentList(interests.map((interest) => descriptor(registry, channel, interest)));
  const result = new discovery.QueryResult();
  result.setCcQueryRes(message);
  return result;
}

function checkInterests(interests: readonly peer.ChaincodeInterest[]): void {
  if (interests.length === 0) throw new Error('chaincode query must have at least one chaincode interest');
  for (const interest of interests) {
    const calls = interest.getChaincodesList();
    if (calls.length === 0) throw new Error('chaincode interest must contain at least one chaincode');
    if (calls.some((call) => call.getName() === '')) throw new Error('chaincode name in interest cannot be empty');
  }
}

/** Each organisation is a group of one peer, and a layout one peer of each of its groups. */
function descriptor(
  registry: Registry,
  channel: string,
  interest: peer.ChaincodeInterest,
): discovery.EndorsementDescriptor {
  const view = registry.local.view(channel);
  const nodes = registry.peersOf(channel);
  const layouts = view === null ? [] : layoutsOrNone(() => endorsementLayouts(view, interest, nodes));
  if (layouts.length === 0) {
    throw new Error(`failed constructing descriptor for ${shown(interest)}`);
  }
  const groups = new Map([...new Set(layouts.flat())].map((mspId, index) => [mspId, `G${index}`]));
  const message = new discovery.EndorsementDescriptor();
  message.setChaincode(interest.getChaincodesList()[0]?.getName() ?? '');
  for (const layout of layouts) {
    const item = new discovery.Layout();
    for (const mspId of layout) item.getQuantitiesByGroupMap().set(groups.get(mspId) ?? mspId, 1);
    message.addLayouts(item);
  }
  for (const [mspId, group] of groups) {
    const peers = new discovery.Peers();
    peers.setPeersList(nodes.filter((node) => node.mspId === mspId).map((node) => peerMessage(node, channel)));
    message.getEndorsersByGroupsMap().set(group, peers);
  }
  return message;
}

/** An interest of names and collections in the text format of protocol buffers. */
function shown(interest: peer.ChaincodeInterest): string {
  const calls = interest.getChaincodesList().map((call) => {
    const collections = call.getCollectionNamesList().map((name) => ` collection_names:${JSON.stringify(name)}`);
    return `chaincodes:{name:${JSON.stringify(call.getName())}${collections.join('')}}`;
  });
  return calls.join(' ');
}

function layoutsOrNone<T>(find: () => readonly T[]): readonly T[] {
  try {
    return find();
  } catch {
    // Discovery says only that there is no descriptor.
    return [];
  }
}

function failed(content: string): discovery.QueryResult {
  const error = new discovery.Error();
  error.setContent(content);
  const result = new discovery.QueryResult();
  result.setError(error);
  return result;
}
