import { join } from 'node:path';
import type { common } from '@hyperledger/fabric-protos';
import { createAuthority, openAuthority } from '../../../devnet/fabric/material/authority.js';
import { keptKeys } from '../../../devnet/fabric/material/keyFiles.js';
import { propose, type Call } from '../../contract/embeddedFabric/proposal.js';
import { HARVEST, MERIDIAN, NORTHWIND, type FabricWorld, type Session } from '../../contract/embeddedFabric/world.js';
import { step, type Step } from './answers.js';
import { proposed, untilEqual } from './shape.js';

interface Person {
  /** Of Harvest's own authority, rather than of another one of its name. */
  readonly own: boolean;
  readonly unit: string;
  readonly mspId?: string;
  readonly notAfter?: Date;
}

type Open = (world: FabricWorld) => Promise<Session> | Session;

const person =
  ({ own, unit, mspId = HARVEST, notAfter }: Person): Open =>
  async (world) => {
    const organization = 'harvest.example';
    const directory = join(world.directory, 'organizations', 'harvest', 'ca');
    const authority = own
      ? await openAuthority(await keptKeys(directory, () => Promise.reject(new Error('Harvest has no authority'))))
      : await createAuthority('ca.harvest.example', organization);
    const subject = { commonName: 'somebody', organization, unit, ...(notAfter === undefined ? {} : { notAfter }) };
    const keys = await authority.issue(subject);
    return world.connect(mspId, keys.certificatePem, keys.privateKeyPem, HARVEST);
  };

/** Signs with another one's key. */
const impostor: Open = (world) => {
  const { users } = world.organization(HARVEST);
  return world.connect(
    HARVEST,
    users['user1']?.certificatePem ?? '',
    world.organization(MERIDIAN).users['user1']?.privateKeyPem ?? '',
    HARVEST,
  );
};

const asPeer: Open = (world) => {
  const { certificatePem, privateKeyPem } = world.organization(HARVEST).peer;
  return world.connect(HARVEST, certificatePem, privateKeyPem, HARVEST);
};

/** All ways into a gateway. */
function everyWay(name: string, open: Open, at = HARVEST, channel = 'trade'): Step[] {
  const asked = async (world: FabricWorld, organizations: readonly string[] = []) => {
    const options = organizations.length === 0 ? {} : { endorsingOrganizations: [...organizations] };
    const contract = (await open(world)).contract('assets', channel);
    return contract.newProposal('get', { arguments: ['b'], ...options });
  };
  const written = (world: FabricWorld) => proposed(world, 'put', { mspId: at, channel, arguments: ['b', name] });
  return [
    step(`${name}: evaluate`, async (world) => (await asked(world)).evaluate()),
    step(`${name}: evaluate elsewhere`, async (world) => (await asked(world, [NORTHWIND])).evaluate()),
    step(`${name}: qscc`, async (world) => {
      const qscc = (await open(world)).contract('qscc', channel);
      return (await qscc.evaluateTransaction('GetChainInfo', channel)).length > 0;
    }),
    step(`${name}: endorse`, async (world) => (await (await asked(world)).endorse()).getResult().length),
    step(
      `${name}: endorse at organisations`,
      async (world) => (await (await asked(world, [at, NORTHWIND])).endorse()).getResult().length,
    ),
    step(`${name}: submit what others endorsed`, async (world) => {
      const transaction = await written(world).endorse();
      const { gateway } = await open(world);
      const sent = await gateway.newTransaction(transaction.getBytes()).submit();
      const { code } = await sent.getStatus();
      await untilEqual(world, channel);
      return code;
    }),
    step(`${name}: commit status`, async (world) => {
      const submitted = await (await written(world).endorse()).submit();
      const { code } = await submitted.getStatus();
      await untilEqual(world, channel);
      const { gateway } = await open(world);
      const commit = gateway.newCommit(submitted.getBytes());
      return [code, (await commit.getStatus()).code];
    }),
    step(`${name}: events`, async (world) => {
      const network = (await open(world)).network(channel);
      const events = await network.getChaincodeEvents('assets', { startBlock: 0n });
      const first = await events[Symbol.asyncIterator]().next();
      events.close();
      return first.done;
    }),
    step(`${name}: blocks`, async (world) => {
      const blocks = await (await open(world)).network(channel).getBlockEvents({ startBlock: 0n });
      const first = await blocks[Symbol.asyncIterator]().next();
      blocks.close();
      return (first.value as common.Block | undefined)?.getHeader()?.getNumber();
    }),
  ];
}

const QUERY: Call = {
  mspId: HARVEST,
  user: 'user1',
  channel: 'trade',
  chaincode: 'qscc',
  args: ['GetChainInfo', 'trade'],
};

const proposing = (name: string, call: Call, at = call.mspId): Step =>
  step(`proposal: ${name}`, async (world) => {
    const message = await propose(world, call, at);
    const response = message.getResponse();
    return [response?.getStatus(), response?.getMessage(), message.hasEndorsement(), message.getPayload().length > 0];
  });

const minutes = (count: number): Date => new Date(Date.now() + count * 60_000);

export const identitySteps: readonly Step[] = [
  ...everyWay('another authority of the name', person({ own: false, unit: 'client' })),
  ...everyWay('an expired certificate', person({ own: true, unit: 'client', notAfter: new Date(Date.now() - 60_000) })),
  ...everyWay('no role', person({ own: true, unit: 'visitor' })),
  ...everyWay('another MSP id', person({ own: true, unit: 'client', mspId: MERIDIAN })),
  ...everyWay('an MSP id of nobody', person({ own: true, unit: 'client', mspId: 'NobodyMSP' })),
  ...everyWay('a signature of another key', impostor),
  ...everyWay('a peer', asPeer),
  ...everyWay('no member', (world) => world.session(HARVEST, 'user1', MERIDIAN), MERIDIAN, 'payments'),
  ...everyWay('a member at another peer', (world) => world.session(NORTHWIND, 'user1', HARVEST)),
  proposing('a reader', QUERY),
  proposing('from long ago', { ...QUERY, timestamp: minutes(-16) }),
  proposing('from the future', { ...QUERY, timestamp: minutes(16) }),
  proposing('from a while ago', { ...QUERY, timestamp: minutes(-14) }),
  proposing('no channel', { ...QUERY, channel: '' }),
  proposing('a channel that is not there', { ...QUERY, channel: 'nowhere' }),
  proposing('a chaincode that is not there', { ...QUERY, chaincode: 'nowhere' }),
  proposing('no chaincode', { ...QUERY, chaincode: '' }),
  proposing('a name that is none', { ...QUERY, chaincode: 'a b' }),
  proposing('a function that is not there', { ...QUERY, args: ['Nothing', 'trade'] }),
  proposing('no arguments', { ...QUERY, args: [] }),
  proposing('lscc', { ...QUERY, chaincode: 'vscc' }),
  proposing('an error of the chaincode', { ...QUERY, chaincode: 'assets', args: ['refuse', '404'] }),
  proposing('a failure of the chaincode', { ...QUERY, chaincode: 'assets', args: ['refuse', '500'] }),
  proposing('a chaincode', { ...QUERY, chaincode: 'assets', args: ['get', 'b'] }),
  proposing('init of a chaincode that needs none', { ...QUERY, chaincode: 'assets', args: ['get', 'b'], isInit: true }),
  proposing('init', { ...QUERY, chaincode: 'begun', args: ['get', 'b'], isInit: true }),
  proposing('the channels, by a member', { ...QUERY, channel: '', chaincode: 'cscc', args: ['GetChannels'] }),
  proposing(
    'the channels, by others',
    { ...QUERY, channel: '', chaincode: 'cscc', args: ['GetChannels'], mspId: MERIDIAN },
    HARVEST,
  ),
  proposing('a join by no admin', { ...QUERY, channel: '', chaincode: 'cscc', args: ['JoinChain', 'x'] }),
  proposing('a join of nothing', { ...QUERY, user: 'admin', channel: '', chaincode: 'cscc', args: ['JoinChain', 'x'] }),
];
