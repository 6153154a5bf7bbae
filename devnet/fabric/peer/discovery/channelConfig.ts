import { common, discovery, msp } from '@hyperledger/fabric-protos';
import { parseEndpoint } from '../../config/organizationGroup.js';
import { entriesOf } from '../../protoMap.js';

/** The MSPs and the orderers' endpoints of a channel. */
export function configResult(config: common.Config): discovery.ConfigResult {
  const result = new discovery.ConfigResult();
  for (const section of ['Orderer', 'Application']) {
    const group = config.getChannelGroup()?.getGroupsMap().get(section);
    for (const [, organization] of group === undefined ? [] : entriesOf(group.getGroupsMap())) {
      const member = mspOf(organization);
      result.getMspsMap().set(member.getName(), member);
      if (section === 'Orderer') result.getOrderersMap().set(member.getName(), endpointsOf(organization));
    }
  }
  return result;
}

/** The orderers of a channel: host:port and MSP id. */
export function ordererEndpoints(config: common.Config): { readonly address: string; readonly mspId: string }[] {
  return entriesOf(configResult(config).getOrderersMap()).flatMap(([mspId, endpoints]) =>
    endpoints.getEndpointList().map((item) => ({ address: `${item.getHost()}:${item.getPort()}`, mspId })),
  );
}

function mspOf(organization: common.ConfigGroup): msp.FabricMSPConfig {
  const value = organization.getValuesMap().get('MSP')?.getValue_asU8() ?? new Uint8Array();
  return msp.FabricMSPConfig.deserializeBinary(msp.MSPConfig.deserializeBinary(value).getConfig_asU8());
}

function endpointsOf(organization: common.ConfigGroup): discovery.Endpoints {
  const value = organization.getValuesMap().get('Endpoints')?.getValue_asU8() ?? new Uint8Array();
  const endpoints = new discovery.Endpoints();
  for (const address of common.OrdererAddresses.deserializeBinary(value).getAddressesList()) {
    const { host, port } = parseEndpoint(address);
    const endpoint = new discovery.Endpoint();
    endpoint.setHost(host);
    endpoint.setPort(port);
    endpoints.addEndpoint(endpoint);
  }
  return endpoints;
}
