import { createHash } from 'node:crypto';
import { common, peer } from '@hyperledger/fabric-protos';
import { defined } from '../../../devnet/fabric/deploy/definition.js';
import { packageChaincode } from '../../../devnet/fabric/chaincodePackage.js';
import { HARVEST, MERIDIAN, NORTHWIND, type FabricWorld } from '../../contract/embeddedFabric/world.js';
import { step, type Step } from './answers.js';
import { proposed, untilEqual } from './shape.js';

const { lifecycle } = peer;
type Bytes = string | Uint8Array;

/** How an answer is told: by default its bytes are text. */
type Tell = (bytes: Uint8Array) => unknown;
const some: Tell = (bytes) => bytes.length > 0;

const asking = (
  user: string,
  chaincode: string,
  fcn: string,
  args: readonly Bytes[],
  tell: Tell = some,
  mspId = HARVEST,
): Step =>
  step(`${chaincode}.${fcn}(${args.map(String).join(', ').slice(0, 40)}) as ${mspId} ${user}`, async (world) =>
    tell(
      await proposed(world, fcn, {
        mspId,
        user,
        chaincode,
        arguments: [...args],
        endorsingOrganizations: [mspId],
      }).evaluate(),
    ),
  );

const blockNumberOf: Tell = (bytes) => common.Block.deserializeBinary(bytes).getHeader()?.getNumber();

const QUERIES: readonly Step[] = [
  asking('user1', 'qscc', 'GetChainInfo', ['trade']),
  asking('user1', 'qscc', 'GetChainInfo', ['nowhere']),
  asking('user1', 'qscc', 'GetChainInfo', ['payments']),
  asking('user1', 'qscc', 'GetChainInfo', []),
  asking('user1', 'qscc', 'GetChainInfo', ['trade', 'more']),
  asking('user1', 'qscc', 'Nothing', ['trade']),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade', '0'], blockNumberOf),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade', '999999']),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade', '18446744073709551615']),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade', '-1']),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade', 'x']),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade', '']),
  asking('user1', 'qscc', 'GetBlockByNumber', ['trade']),
  asking('user1', 'qscc', 'GetBlockByHash', ['trade', 'x']),
  asking('user1', 'qscc', 'GetBlockByHash', ['trade', createHash('sha256').digest()]),
  asking('user1', 'qscc', 'GetBlockByHash', ['trade']),
  asking('user1', 'qscc', 'GetBlockByTxID', ['trade', 'x']),
  asking('user1', 'qscc', 'GetBlockByTxID', ['trade', '']),
  asking('user1', 'qscc', 'GetBlockByTxID', ['trade']),
  asking('user1', 'qscc', 'GetTransactionByID', ['trade', 'x']),
  asking('user1', 'qscc', 'GetTransactionByID', ['trade', '']),
  asking('user1', 'qscc', 'GetTransactionByID', ['trade']),
  asking('user1', 'cscc', 'GetChannels', [], (bytes) => peer.ChannelQueryResponse.deserializeBinary(bytes).toObject()),
  asking('user1', 'cscc', 'GetConfigBlock', ['trade'], blockNumberOf),
  asking('user1', 'cscc', 'GetConfigBlock', ['nowhere']),
  asking('user1', 'cscc', 'GetConfigBlock', ['']),
  asking('user1', 'cscc', 'GetConfigBlock', []),
  asking('user1', 'cscc', 'GetChannelConfig', ['trade'], (bytes) =>
    common.Config.deserializeBinary(bytes).getSequence(),
  ),
  asking('user1', 'cscc', 'GetChannelConfig', ['nowhere']),
  asking('user1', 'cscc', 'Nothing', ['trade']),
  asking('user1', 'cscc', 'JoinChain', ['x']),
  asking('admin', 'cscc', 'JoinChain', []),
  asking('admin', 'cscc', 'JoinChain', ['']),
];

function named<T extends { setName(name: string): void }>(message: T, name: string): T {
  message.setName(name);
  return message;
}

interface Wanted {
  readonly name?: string;
  readonly version?: string;
  readonly sequence: number;
  readonly endorsementPolicy?: string;
  readonly initRequired?: boolean;
}

type Definition = Parameters<typeof defined>[0] & { serializeBinary(): Uint8Array };

function bytesOf(message: Definition, { sequence, ...wanted }: Wanted): Uint8Array {
  const service = { address: 'localhost:1' };
  return defined(
    message,
    { channel: 'trade', name: 'partly', version: '1.0', service, ...wanted },
    sequence,
  ).serializeBinary();
}

const approval = (): peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs => {
  const args = new lifecycle.ApproveChaincodeDefinitionForMyOrgArgs();
  const source = new lifecycle.ChaincodeSource();
  source.setUnavailable(new lifecycle.ChaincodeSource.Unavailable());
  args.setSource(source);
  return args;
};

/** Without the answers' key and signature, which are each network's own. */
const LIFECYCLE = '_lifecycle';
const query = (fcn: string, args: readonly Bytes[], tell: Tell = some, user = 'admin'): Step =>
  asking(user, LIFECYCLE, fcn, args, tell);

const submittingTo =
  (fcn: string, make: () => Uint8Array, mspId: string, user: string, endorsers: readonly string[]) =>
  async (world: FabricWorld): Promise<unknown> => {
    const call = { mspId, user, chaincode: LIFECYCLE, arguments: [make()] };
    const options = endorsers.length === 0 ? call : { ...call, endorsingOrganizations: [...endorsers] };
    const transaction = await (await proposed(world, fcn, options).endorse()).submit();
    const { code } = await transaction.getStatus();
    await untilEqual(world);
    return [code, transaction.getResult()];
  };

const approving = (name: string, wanted: Wanted, mspId = HARVEST, user = 'admin', endorsers = [mspId]): Step =>
  step(
    `approve: ${name}`,
    submittingTo('ApproveChaincodeDefinitionForMyOrg', () => bytesOf(approval(), wanted), mspId, user, endorsers),
  );
const committing = (name: string, wanted: Wanted, user = 'admin', endorsers: readonly string[] = []): Step =>
  step(
    `commit: ${name}`,
    submittingTo(
      'CommitChaincodeDefinition',
      () => bytesOf(new lifecycle.CommitChaincodeDefinitionArgs(), wanted),
      HARVEST,
      user,
      endorsers,
    ),
  );
const readiness = (name: string, wanted: Wanted): Step =>
  step(`readiness: ${name}`, async (world) => {
    const bytes = bytesOf(new lifecycle.CheckCommitReadinessArgs(), wanted);
    const call = { user: 'admin', chaincode: LIFECYCLE, arguments: [bytes], endorsingOrganizations: [HARVEST] };
    const answer = await proposed(world, 'CheckCommitReadiness', call).evaluate();
    return lifecycle.CheckCommitReadinessResult.deserializeBinary(answer).toObject().approvalsMap.sort();
  });

const definition = (name: string): Uint8Array =>
  named(new lifecycle.QueryChaincodeDefinitionArgs(), name).serializeBinary();
const approved = (name: string, sequence: number): Uint8Array => {
  const args = named(new lifecycle.QueryApprovedChaincodeDefinitionArgs(), name);
  args.setSequence(sequence);
  return args.serializeBinary();
};
const packageOf = (id: string): Uint8Array => {
  const args = new lifecycle.QueryInstalledChaincodeArgs();
  args.setPackageId(id);
  return args.serializeBinary();
};
const install = (bytes: Uint8Array): Uint8Array => {
  const args = new lifecycle.InstallChaincodeArgs();
  args.setChaincodeInstallPackage(bytes);
  return args.serializeBinary();
};
const known: Tell = (bytes) => {
  const { approvalsMap, ...rest } = lifecycle.QueryChaincodeDefinitionResult.deserializeBinary(bytes).toObject();
  return { ...rest, approvalsMap: [...approvalsMap].sort() };
};
const PACKAGE = packageChaincode('extra_1.0', { address: 'localhost:1' });

const LIFECYCLE_QUERIES: readonly Step[] = [
  ...['user1', 'admin'].flatMap((user) => [
    query('QueryChaincodeDefinition', [definition('assets')], known, user),
    query('QueryChaincodeDefinition', [definition('nowhere')], known, user),
    query(
      'QueryChaincodeDefinitions',
      [''],
      (bytes) =>
        lifecycle.QueryChaincodeDefinitionsResult.deserializeBinary(bytes)
          .toObject()
          .chaincodeDefinitionsList.map((item) => JSON.stringify(item))
          .sort(),
      user,
    ),
    query(
      'QueryInstalledChaincodes',
      [''],
      (bytes) =>
        lifecycle.QueryInstalledChaincodesResult.deserializeBinary(bytes)
          .getInstalledChaincodesList()
          .map((item) => JSON.stringify([item.getLabel(), item.toObject().referencesMap]))
          .sort(),
      user,
    ),
    query('QueryInstalledChaincode', [packageOf('x:1')], some, user),
    query('GetInstalledChaincodePackage', [packageOf('x:1')], some, user),
    query('QueryApprovedChaincodeDefinition', [approved('assets', 1)], some, user),
    query('QueryApprovedChaincodeDefinition', [approved('nowhere', 0)], some, user),
    query('QueryApprovedChaincodeDefinitions', [''], some, user),
    query(
      'InstallChaincode',
      [install(PACKAGE)],
      (bytes) => lifecycle.InstallChaincodeResult.deserializeBinary(bytes).toObject(),
      user,
    ),
  ]),
  query('InstallChaincode', [install(PACKAGE)]),
  query('InstallChaincode', [install(Buffer.from('x'))]),
  query('InstallChaincode', ['']),
  query('InstallChaincode', []),
  query('InstallChaincode', ['\u0001']),
  query('QueryChaincodeDefinition', ['']),
  query('QueryChaincodeDefinition', []),
  query('QueryChaincodeDefinition', ['\u0001']),
  query('QueryApprovedChaincodeDefinition', [approved('assets', 9)]),
  query('QueryApprovedChaincodeDefinition', ['']),
  query('Nothing', ['']),
  query('', ['']),
];

const CHANGES: readonly Step[] = [
  readiness('what is committed already', { sequence: 1 }),
  readiness('a sequence too far', { sequence: 3 }),
  readiness('sequence 0', { sequence: 0 }),
  readiness('the next sequence', { sequence: 2, version: '2.0' }),
  readiness('no such name', { name: 'a b', sequence: 1 }),
  readiness('a new name', { name: 'fresh', sequence: 1 }),
  readiness('a new name from 2', { name: 'fresh', sequence: 2 }),
  readiness('an empty version', { name: 'fresh', sequence: 1, version: '' }),
  readiness('a bad version', { name: 'fresh', sequence: 1, version: 'a b' }),
  readiness('a name of the peer’s own', { name: 'qscc', sequence: 1 }),
  approving('by a client', { sequence: 2 }, HARVEST, 'user1'),
  approving('by another one’s peer', { sequence: 2 }, HARVEST, 'admin', [MERIDIAN]),
  approving('by all', { name: 'fresh', sequence: 1 }, HARVEST, 'admin', []),
  approving('sequence 0', { sequence: 0 }),
  approving('a sequence too far', { sequence: 5 }),
  approving('what is committed, changed', { sequence: 1, version: '9.0' }),
  approving('what is committed, by who has not', { sequence: 1 }, NORTHWIND),
  approving('the next', { name: 'fresh', sequence: 1 }),
  approving('the next, unchanged', { name: 'fresh', sequence: 1 }),
  approving('the next, another one', { name: 'fresh', sequence: 1, version: '2.0' }),
  approving('the next, back', { name: 'fresh', sequence: 1 }),
  readiness('one approval', { name: 'fresh', sequence: 1 }),
  readiness('one approval of something else', { name: 'fresh', sequence: 1, initRequired: true }),
  committing('without approvals', { name: 'bare', sequence: 1 }),
  committing('with one approval', { name: 'fresh', sequence: 1 }),
  committing('with one approval, endorsed by its organisation', { name: 'fresh', sequence: 1 }, 'admin', [HARVEST]),
  approving('by a second one', { name: 'fresh', sequence: 1 }, MERIDIAN),
  committing('something else', { name: 'fresh', sequence: 1, version: '3.0' }),
  committing('a wrong sequence', { name: 'fresh', sequence: 2 }),
  committing('a majority, by a client', { name: 'fresh', sequence: 1 }, 'user1'),
  committing('the same again', { name: 'fresh', sequence: 1 }),
  approving('after the commit', { name: 'fresh', sequence: 1 }),
];

export const systemSteps: readonly Step[] = [...QUERIES, ...LIFECYCLE_QUERIES, ...CHANGES];
