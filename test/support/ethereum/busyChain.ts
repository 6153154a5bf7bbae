import { AbiCoder, getCreateAddress, id, Interface } from 'ethers';
import { creationData, readArtifact } from '../../../devnet/ethereum/artifacts.js';
import { devAccounts, type TestChain } from '../../../devnet/ethereum/index.js';
import { compileSpecimen, type Specimen } from './specimen.js';

/** What `makeBusy` put on a chain. */
export interface BusyChain {
  readonly accounts: readonly string[];
  readonly specimen: Specimen & { readonly address: string };
  readonly token: { readonly address: string; readonly abi: readonly unknown[] };
  /** One transaction of each type, in order of the types. */
  readonly typed: readonly string[];
  /** Transactions that failed, by how. */
  readonly failed: Readonly<Record<'reason' | 'error' | 'panic' | 'silent', string>>;
  /** The head when all was done. */
  readonly height: number;
}

const GAS = 3_000_000n;

/** Deploys a token and the specimen, and sends transactions of every type and fate, in a handful of blocks. */
export async function makeBusy(chain: TestChain): Promise<BusyChain> {
  const accounts = devAccounts().map(({ address }) => address);
  const deployer = accounts[0] ?? '';
  const specimen = { ...compileSpecimen(), address: getCreateAddress({ from: deployer, nonce: 1 }) };
  const artifact = readArtifact('SettlementToken');
  const token = { address: getCreateAddress({ from: deployer, nonce: 0 }), abi: artifact.abi };
  await chain.send({ from: 0, data: creationData(artifact, [deployer]), gas: GAS });
  await chain.send({ from: 0, data: specimen.bytecode, gas: GAS });
  await chain.mine();
  const typed = await sendTyped(chain, specimen, accounts);
  await chain.mine();
  const failed = await sendFailing(chain, specimen);
  return { accounts, specimen, token, typed, failed, height: await chain.mine() };
}

/** One of each type, and on the way every kind of token event, an odd event and logs that no ABI reads. */
async function sendTyped(
  chain: TestChain,
  specimen: BusyChain['specimen'],
  accounts: readonly string[],
): Promise<string[]> {
  const [deployer = '', holder = '', other = ''] = accounts;
  const token = getCreateAddress({ from: deployer, nonce: 0 });
  const call = (name: string, args: readonly unknown[]): string => specimen.interface.encodeFunctionData(name, args);
  const erc20 = new Interface(readArtifact('SettlementToken').abi);
  const legs = [{ carrier: other, departs: 1_700_000_000 }];
  const journey = { origin: 'Yirgacheffe', legs, seal: id('seal') };
  const to = specimen.address;
  const malformed = call('raw', [[id('Transfer(address,address,uint256)'), id('x'), id('y')], '0x1234']);
  const notText = AbiCoder.defaultAbiCoder().encode(['bytes'], ['0xff00fe']);
  return [
    await chain.send({
      from: 0,
      to: token,
      data: erc20.encodeFunctionData('mint', [holder, 12_345n]),
      type: 0,
      gas: GAS,
    }),
    await chain.send({
      from: 0,
      to,
      data: call('mint', [holder, 7n, 3n]),
      type: 1,
      accessList: [{ address: to, storageKeys: [id('slot')] }],
      gas: GAS,
    }),
    await chain.send({ from: 0, to, data: call('mintBatch', [holder, [1n, 2n], [10n, 20n]]), type: 2, gas: GAS }),
    // geth keeps transactions with blobs apart: an account has either those or others waiting.
    await chain.send({ from: 4, to: other, value: 5n, type: 3, gas: 100_000n }),
    await chain.send({ from: 5, to: other, type: 4, authorizations: [{ account: 3, address: to }], gas: GAS }),
    await chain.send({ from: 1, to, data: call('move', ['lot-7', -5n, journey]), gas: GAS }),
    await chain.send({ from: 1, to, data: call('whisper', [9n]), gas: GAS }),
    await chain.send({ from: 1, to, data: malformed, gas: GAS }),
    await chain.send({ from: 1, to, data: call('raw', [[id('URI(string,uint256)'), id('x')], notText]), gas: GAS }),
    await chain.send({ from: 1, to, data: call('raw', [[], '0x01']), gas: GAS }),
    await chain.send({ from: 1, to, data: call('store', [42n]), gas: GAS }),
  ];
}

async function sendFailing(chain: TestChain, specimen: BusyChain['specimen']): Promise<BusyChain['failed']> {
  const send = (name: string, args: readonly unknown[] = []): Promise<string> =>
    chain.send({
      from: 2,
      to: specimen.address,
      data: specimen.interface.encodeFunctionData(name, args),
      gas: 200_000n,
    });
  return {
    reason: await send('failWithReason'),
    error: await send('failWithError'),
    panic: await send('failWithPanic', [0n]),
    silent: await send('failSilently'),
  };
}
