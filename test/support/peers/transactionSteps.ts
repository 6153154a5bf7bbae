import { HARVEST, MERIDIAN, NORTHWIND } from '../../contract/embeddedFabric/world.js';
import { step, type Step } from './answers.js';
import { evaluated, proposed, submitted, untilEqual, type Call } from './shape.js';

const evaluating = (name: string, fcn: string, call: Call = {}): Step =>
  step(`evaluate: ${name}`, (world) => evaluated(world, fcn, call));
const endorsing = (name: string, fcn: string, call: Call = {}): Step =>
  step(`endorse: ${name}`, async (world) => {
    const transaction = await proposed(world, fcn, call).endorse();
    return Buffer.from(transaction.getResult()).toString();
  });
const submitting = (name: string, fcn: string, call: Call = {}): Step =>
  step(`submit: ${name}`, (world) => submitted(world, fcn, call));
/** A call that fails, both ways. */
const failing = (name: string, fcn: string, call: Call = {}): Step[] => [
  evaluating(name, fcn, call),
  endorsing(name, fcn, call),
];
const price = (value: string): { value: string } => ({ value });

/** Two proposals endorsed before either is submitted. */
function racing(name: string, first: readonly [string, Call], second: readonly [string, Call]): Step {
  return step(`race: ${name}`, async (world) => {
    const transactions = [];
    for (const [fcn, call] of [first, second]) transactions.push(await proposed(world, fcn, call).endorse());
    const codes = [];
    for (const transaction of transactions) {
      codes.push((await (await transaction.submit()).getStatus()).code);
      await untilEqual(world);
    }
    return codes;
  });
}

export const transactionSteps: readonly Step[] = [
  submitting('a write', 'put', { arguments: ['a', '1'] }),
  evaluating('a read', 'get', { arguments: ['a'] }),
  submitting('a delete', 'delete', { arguments: ['a'] }),
  submitting('a read and a write', 'add', { arguments: ['sum', '2'] }),
  submitting('the same again', 'add', { arguments: ['sum', '2'] }),
  evaluating('who calls', 'whoami'),
  ...failing('an error of the chaincode', 'create', { arguments: ['sum', '1'] }),
  ...failing('an error of the chaincode, by one organisation', 'create', {
    arguments: ['sum', '1'],
    endorsingOrganizations: [MERIDIAN],
  }),
  ...failing('a function that is not there', 'nothing'),
  ...failing('a status 400', 'refuse', { arguments: ['400'] }),
  ...failing('a status 399', 'refuse', { arguments: ['399'] }),
  ...failing('a status 404', 'refuse', { arguments: ['404'] }),
  ...failing('a chaincode that is not there', 'get', { chaincode: 'nowhere' }),
  ...failing('a chaincode that is not there, at organisations', 'get', {
    chaincode: 'nowhere',
    endorsingOrganizations: [HARVEST],
  }),
  ...failing('a channel that is not there', 'get', { channel: 'nowhere', arguments: ['a'] }),
  ...failing('a channel that is not there, at organisations', 'get', {
    channel: 'nowhere',
    arguments: ['a'],
    endorsingOrganizations: [HARVEST],
  }),
  ...failing('a channel of others', 'get', { channel: 'payments', arguments: ['a'] }),
  ...failing('a chaincode whose service is down', 'get', { chaincode: 'down', arguments: ['a'] }),
  ...failing('a chaincode whose service is down, at organisations', 'get', {
    chaincode: 'down',
    arguments: ['a'],
    endorsingOrganizations: [HARVEST, NORTHWIND],
  }),
  ...failing('a chaincode that one organisation did not approve, there', 'get', {
    chaincode: 'partly',
    mspId: NORTHWIND,
    arguments: ['a'],
    endorsingOrganizations: [NORTHWIND],
  }),
  evaluating('a chaincode that the own organisation did not approve', 'get', {
    chaincode: 'partly',
    mspId: NORTHWIND,
    arguments: ['a'],
  }),
  submitting('a chaincode that the own organisation did not approve', 'put', {
    chaincode: 'partly',
    mspId: NORTHWIND,
    arguments: ['a', '1'],
  }),
  ...failing('transient data for it', 'putPrivate', {
    chaincode: 'partly',
    mspId: NORTHWIND,
    arguments: ['none', 'a'],
    transientData: price('1'),
  }),
  ...failing('a chaincode that was not initialised', 'put', { chaincode: 'begun', arguments: ['a', '1'] }),
  evaluating('an organisation that is not there', 'get', { arguments: ['a'], endorsingOrganizations: ['NobodyMSP'] }),
  endorsing('an organisation that is not there', 'get', { arguments: ['a'], endorsingOrganizations: ['NobodyMSP'] }),
  endorsing('one that is and two that are not', 'get', {
    arguments: ['a'],
    endorsingOrganizations: ['NobodyMSP', HARVEST, 'OtherMSP'],
  }),
  endorsing('an organisation that is not on the channel', 'get', {
    mspId: MERIDIAN,
    channel: 'payments',
    arguments: ['a'],
    endorsingOrganizations: [HARVEST],
  }),
  evaluating('at an organisation', 'get', { arguments: ['sum'], endorsingOrganizations: [NORTHWIND] }),
  submitting('all organisations named', 'put', {
    arguments: ['all', '1'],
    endorsingOrganizations: [HARVEST, MERIDIAN, NORTHWIND],
  }),
  submitting('one organisation named twice', 'put', {
    arguments: ['all', '1'],
    endorsingOrganizations: [MERIDIAN, MERIDIAN],
  }),
  submitting('too few endorsers', 'put', { arguments: ['all', '1'], endorsingOrganizations: [HARVEST] }),
  endorsing('peers that do not agree', 'differ', { arguments: ['d'] }),
  racing('one key', ['add', { arguments: ['race', '1'] }], ['add', { arguments: ['race', '2'] }]),
  racing(
    'a key that enters a range',
    ['put', { arguments: ['ph-1', '1'] }],
    ['count', { arguments: ['ph-', 'ph-~', 'phs'] }],
  ),
  racing('blind writes', ['put', { arguments: ['bl', '1'] }], ['put', { arguments: ['bl', '2'] }]),
  step('submit: the same transaction twice', async (world) => {
    const transaction = await proposed(world, 'put', { arguments: ['twice', '1'] }).endorse();
    const codes = [(await (await transaction.submit()).getStatus()).code];
    await transaction.submit();
    await evaluated(world, 'get', { arguments: ['twice'] });
    return codes;
  }),
  step('commit status: asked again by its bytes', async (world) => {
    const { gateway } = world.shared(HARVEST);
    const transaction = await proposed(world, 'put', { arguments: ['never', '1'] }).endorse();
    const commit = gateway.newCommit((await transaction.submit()).getBytes());
    return (await commit.getStatus({ deadline: Date.now() + 60_000 })).code;
  }),
  submitting('a read of a range', 'count', { arguments: ['ph-', 'ph-~', 'phs'] }),
  submitting('many keys', 'fill', { arguments: ['f-', '130'] }),
  submitting('a read of a long range', 'count', { arguments: ['f-', 'f-~', 'fs'] }),
  submitting('composite keys', 'putComposite', { arguments: ['lot', 'a', 'b'] }),
  evaluating('part of a composite key', 'partial', { arguments: ['lot', 'a'] }),
  evaluating('a range', 'range', { arguments: ['f-0001', 'f-0004'] }),
  evaluating('an open range', 'range', { arguments: ['f-0128', ''] }),
  submitting('an empty key', 'put', { arguments: ['', 'x'] }),
  evaluating('a read of an empty key', 'get', { arguments: [''] }),
  submitting('a key that is no UTF-8 or starts with NUL', 'put', { arguments: ['\u0000x', 'x'] }),
  evaluating('a page', 'page', { arguments: ['f-', 'f-~', '3', ''] }),
  evaluating('the next page', 'page', { arguments: ['f-', 'f-~', '3', 'f-0003'] }),
  evaluating('the last page', 'page', { arguments: ['f-', 'f-~', '100', 'f-0128'] }),
  evaluating('pages of a bookmark outside', 'page', { arguments: ['f-', 'f-~', '3', 'z'] }),
  evaluating('pages of no size', 'page', { arguments: ['f-', 'f-~', '0', ''] }),
  evaluating('a rich query', 'query', { arguments: ['{"selector":{}}'] }),
  step('evaluate: a history', async (world) => {
    const found = JSON.parse(await evaluated(world, 'history', { arguments: ['a'] })) as { txId: string }[];
    return found.map((entry) => ({ ...entry, txId: entry.txId.length }));
  }),
  evaluating('a history of nothing', 'history', { arguments: ['never'] }),
  submitting('a key-level policy', 'requireEndorser', { arguments: ['sum', NORTHWIND] }),
  evaluating('a key-level policy', 'endorsersOf', { arguments: ['sum'] }),
  submitting('a write of that key', 'put', { arguments: ['sum', '7'] }),
  submitting('a write of that key by others', 'put', {
    arguments: ['sum', '7'],
    endorsingOrganizations: [HARVEST, MERIDIAN],
  }),
  submitting('a write of that key by its endorser alone', 'put', {
    arguments: ['sum', '8'],
    endorsingOrganizations: [NORTHWIND],
  }),
  submitting('a policy of a key that is not there', 'requireEndorser', { arguments: ['never', NORTHWIND] }),
  submitting('private data', 'putPrivate', { arguments: ['prices', 'p1'], transientData: price('12') }),
  evaluating('private data', 'getPrivate', { arguments: ['prices', 'p1'] }),
  evaluating('private data by no member', 'getPrivate', { mspId: MERIDIAN, arguments: ['prices', 'p1'] }),
  endorsing('private data written by no member', 'putPrivate', {
    mspId: MERIDIAN,
    arguments: ['prices', 'p1'],
    transientData: price('12'),
  }),
  evaluating('private data of a member at another peer', 'getPrivate', {
    arguments: ['prices', 'p1'],
    endorsingOrganizations: [MERIDIAN],
  }),
  endorsing('private data of a member at another peer', 'getPrivate', {
    arguments: ['prices', 'p1'],
    endorsingOrganizations: [MERIDIAN],
  }),
  evaluating('a hash', 'privateHash', { mspId: MERIDIAN, arguments: ['prices', 'p1'] }),
  evaluating('private data of a collection that is not there', 'getPrivate', { arguments: ['nothing', 'p1'] }),
  endorsing('private data for a collection that is not there', 'putPrivate', {
    arguments: ['nothing', 'p1'],
    transientData: price('1'),
  }),
  evaluating('a hash of a collection that is not there', 'privateHash', { arguments: ['nothing', 'p1'] }),
  evaluating('a range of private data', 'privateRange', { arguments: ['prices'] }),
  submitting('private data for one organisation alone', 'putPrivate', {
    arguments: ['own', 'p1'],
    transientData: price('12'),
  }),
  submitting('private data for one organisation, named', 'putPrivate', {
    arguments: ['own', 'p1'],
    transientData: price('12'),
    endorsingOrganizations: [HARVEST, MERIDIAN],
  }),
  evaluating('private data that may be read elsewhere', 'getPrivate', { mspId: MERIDIAN, arguments: ['own', 'p1'] }),
  submitting('a read of private data', 'getPrivate', { arguments: ['own', 'p1'] }),
  submitting('a read of private data of two', 'getPrivate', { arguments: ['prices', 'p1'] }),
  endorsing('no transient data', 'putPrivate', { arguments: ['prices', 'p1'] }),
  submitting('a purge', 'purgePrivate', { arguments: ['prices', 'p1'] }),
  evaluating('what was purged', 'getPrivate', { arguments: ['prices', 'p1'] }),
  submitting('a call of the same chaincode', 'call', { arguments: ['assets', '', 'put', 'cc', '1'] }),
  submitting('a call of another chaincode', 'call', { arguments: ['partly', '', 'put', 'cc', '1'] }),
  evaluating('a call across channels', 'call', { mspId: MERIDIAN, arguments: ['assets', 'payments', 'get', 'cc'] }),
  submitting('a write across channels', 'call', {
    mspId: MERIDIAN,
    arguments: ['assets', 'payments', 'put', 'cc', '1'],
    endorsingOrganizations: [MERIDIAN, NORTHWIND],
  }),
  ...failing('a call to a channel of others', 'call', { arguments: ['assets', 'payments', 'get', 'cc'] }),
  ...failing('a call to a channel that is not there', 'call', { arguments: ['assets', 'nowhere', 'get', 'cc'] }),
  ...failing('a call of a chaincode that is not there', 'call', { arguments: ['nowhere', '', 'get', 'cc'] }),
  ...failing('a call of a chaincode that is down', 'call', { arguments: ['down', '', 'get', 'cc'] }),
  evaluating('a call of a chaincode that refuses', 'call', { arguments: ['assets', '', 'create', 'sum', '1'] }),
  evaluating('a call of qscc', 'call', { arguments: ['qscc', '', 'GetChainInfo', 'nowhere'] }),
];
