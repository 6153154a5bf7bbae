import { join } from 'node:path';
import { parseEndpoint } from '../fabric/config/organizationGroup.js';
import type { PeerOrganization } from '../fabric/world.js';
import { writeBuilder } from './builder.js';
import { writeMsp, writeTls } from './mspDirectory.js';
import { startNode, type FabricNode } from './nodeProcess.js';
import { peerConfig, type PeerPorts } from './peerConfig.js';

export async function startPeer(
  program: string,
  version: string,
  directory: string,
  organization: PeerOrganization,
  ports: PeerPorts,
): Promise<FabricNode> {
  const { name, peer, peerEndpoint, tlsRootCertificatePem } = organization;
  const { port } = parseEndpoint(peerEndpoint);
  const files = {
    msp: writeMsp(join(directory, 'msp'), organization, peer),
    tls: writeTls(join(directory, 'tls'), organization, peer.tls),
    builder: writeBuilder(join(directory, 'builder')),
  };
  return startNode({
    name,
    command: program,
    args: ['node', 'start'],
    directory,
    configFile: 'core.yaml',
    config: peerConfig(directory, organization, port, ports, files, version),
    port,
    tlsRootCertificatePem,
  });
}
