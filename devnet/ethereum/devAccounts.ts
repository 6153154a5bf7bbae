import { HDNodeWallet, Mnemonic, type Wallet } from 'ethers';

/** The mnemonic that every Ethereum development tool knows. Worth nothing anywhere; never use it off loopback. */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

export const DEV_ACCOUNT_COUNT = 10;

/** Whose account is which: the deployer, then one account for each member of the dev world. */
export const devAccountOf = { deployer: 0, harvest: 1, meridian: 2, northwind: 3 } as const;

export type DevAccountName = keyof typeof devAccountOf;

/** The development accounts, derived at `m/44'/60'/0'/0/n` (BIP-44), in order. */
export function devAccounts(count = DEV_ACCOUNT_COUNT): readonly (HDNodeWallet | Wallet)[] {
  const mnemonic = Mnemonic.fromPhrase(DEV_MNEMONIC);
  const parent = HDNodeWallet.fromMnemonic(mnemonic, "m/44'/60'/0'/0");
  return Array.from({ length: count }, (_, index) => parent.deriveChild(index));
}

/** The development account at an index. */
export function devAccount(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEV_MNEMONIC), `m/44'/60'/0'/0/${index}`);
}
