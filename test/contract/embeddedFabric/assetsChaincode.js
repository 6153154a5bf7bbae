// A chaincode of the tests, served by fabric-shim in a process of its own: `node assetsChaincode.js PACKAGE_ID ADDRESS`.
import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';

const shim = createRequire(import.meta.url)('fabric-shim');
const [packageId, address] = process.argv.slice(2);

const text = (bytes) => Buffer.from(bytes).toString();

async function all(iterator) {
  const found = [];
  for await (const { key, value, txId, isDelete } of iterator) {
    found.push(key === undefined ? { txId, isDelete, value: text(value) } : { key, value: text(value) });
  }
  return found;
}

const functions = {
  put: async (stub, key, value) => {
    await stub.putState(key, Buffer.from(value));
    stub.setEvent('Put', Buffer.from(JSON.stringify({ key, value })));
    return value;
  },
  get: async (stub, key) => text(await stub.getState(key)),
  create: async (stub, key, value) => {
    if ((await stub.getState(key)).length > 0) throw new Error(`the asset ${key} exists already`);
    await stub.putState(key, Buffer.from(value));
  },
  /** Reads and writes one key, so that two of them at once conflict. */
  add: async (stub, key, amount) => {
    const sum = Number(text(await stub.getState(key)) || '0') + Number(amount);
    await stub.putState(key, Buffer.from(String(sum)));
    return String(sum);
  },
  delete: (stub, key) => stub.deleteState(key),
  range: async (stub, from, to) => JSON.stringify(await all(stub.getStateByRange(from, to))),
  /** Writes how many keys a range has, so that a key which enters the range meanwhile is a phantom. */
  count: async (stub, from, to, target) => {
    const { length } = await all(stub.getStateByRange(from, to));
    await stub.putState(target, Buffer.from(String(length)));
    return String(length);
  },
  fill: async (stub, prefix, count) => {
    for (let index = 0; index < Number(count); index++) {
      await stub.putState(`${prefix}${String(index).padStart(4, '0')}`, Buffer.from(String(index)));
    }
  },
  page: async (stub, from, to, size, bookmark) => {
    const { iterator, metadata } = await stub.getStateByRangeWithPagination(from, to, Number(size), bookmark ?? '');
    const keys = [];
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) keys.push(next.value.key);
    return JSON.stringify({ keys, metadata });
  },
  query: async (stub, query) => JSON.stringify(await all(stub.getQueryResult(query))),
  history: async (stub, key) => JSON.stringify(await all(stub.getHistoryForKey(key))),
  putComposite: (stub, type, ...attributes) =>
    stub.putState(stub.createCompositeKey(type, attributes), Buffer.from(attributes.join('/'))),
  partial: async (stub, type, ...attributes) => {
    const found = await all(stub.getStateByPartialCompositeKey(type, attributes));
    return JSON.stringify(found.map(({ value }) => value));
  },
  requireEndorser: async (stub, key, ...mspIds) => {
    const { KeyEndorsementPolicy } = shim;
    const policy = new KeyEndorsementPolicy();
    policy.addOrgs('PEER', ...mspIds);
    await stub.setStateValidationParameter(key, policy.getPolicy());
  },
  endorsersOf: async (stub, key) => String((await stub.getStateValidationParameter(key))?.length ?? 0),
  putPrivate: async (stub, collection, key) => stub.putPrivateData(collection, key, stub.getTransient().get('value')),
  getPrivate: async (stub, collection, key) => text(await stub.getPrivateData(collection, key)),
  privateHash: async (stub, collection, key) =>
    Buffer.from(await stub.getPrivateDataHash(collection, key)).toString('hex'),
  purgePrivate: (stub, collection, key) => stub.purgePrivateData(collection, key),
  privateRange: async (stub, collection) => JSON.stringify(await all(stub.getPrivateDataByRange(collection, 'a', 'z'))),
  call: async (stub, chaincode, channel, ...args) => {
    const { status, message, payload } = await stub.invokeChaincode(chaincode, args, channel);
    return JSON.stringify({ status, message, payload: text(payload ?? '') });
  },
  /** Answers each peer differently. */
  differ: async (stub, key) => {
    const value = `${process.pid}-${Math.random()}`;
    await stub.putState(key, Buffer.from(value));
    return value;
  },
  refuse: (stub, status) => ({ status: Number(status), message: 'refused on purpose' }),
  sleep: async (stub, ms) => {
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    return ms;
  },
  whoami: (stub) => `${stub.getCreator().mspid} ${stub.getChannelID()} ${stub.getTxID()}`,
};

const chaincode = {
  Init: () => Promise.resolve(shim.success()),
  async Invoke(stub) {
    const { fcn, params } = stub.getFunctionAndParameters();
    try {
      const result = await functions[fcn](stub, ...params);
      if (result?.status !== undefined) return result;
      return shim.success(Buffer.from(typeof result === 'string' ? result : ''));
    } catch (error) {
      return shim.error(error.message);
    }
  },
};

process.on('SIGTERM', () => process.exit(0));
process.stdin.on('close', () => process.exit(0)).resume();
await shim.server(chaincode, { ccid: packageId, address }).start();
process.stdout.write('ready\n');
