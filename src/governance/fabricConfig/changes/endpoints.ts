import { isIP } from 'node:net';
import { peer } from '@hyperledger/fabric-protos';
import type { HostPort } from '../../../model/fabric.js';
import { inputProblem } from '../problem.js';

/** RFC 1123, 2.1, with the underscore that container names have. */
const HOST =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/;
const MAX_PORT = 65_535;

/** The value of anchor peers. Throws `INPUT_INVALID` for a host or a port that is none, or one twice. */
export function anchorPeersValue(anchors: readonly HostPort[]): Uint8Array {
  const seen = new Set<string>();
  for (const { host, port } of anchors) {
    if (isIP(host) === 0 && !HOST.test(host))
      throw bad('The host of an anchor peer is none', host, 'a host name or an address');
    if (!Number.isInteger(port) || port < 1 || port > MAX_PORT)
      throw bad('The port of an anchor peer is none', port, `a number from 1 to ${MAX_PORT}`);
    const name = `${host.toLowerCase()}:${port}`;
    if (seen.has(name)) throw bad('An anchor peer stands there twice', name, 'each once');
    seen.add(name);
  }
  const value = new peer.AnchorPeers();
  value.setAnchorPeersList(anchors.map(anchorPeer));
  return value.serializeBinary();
}

function anchorPeer({ host, port }: HostPort): peer.AnchorPeer {
  const anchor = new peer.AnchorPeer();
  anchor.setHost(host);
  anchor.setPort(port);
  return anchor;
}

const bad = (what: string, got: unknown, expected: string) =>
  inputProblem(what, { got, expected, fix: 'Give anchor peers as other organisations reach them.' });
