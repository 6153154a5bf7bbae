/** One organisation's way into Fabric. */
export interface StoryOrganization {
  readonly mspId: string;
  /** host:port of its peer. */
  readonly peerEndpoint: string;
  readonly tlsRootCertificatePem: string;
  /** At least `user1`. */
  readonly users: Readonly<Record<string, { readonly certificatePem: string; readonly privateKeyPem: string }>>;
}

/** The running world that the story is told on: channels `trade` and `payments` with their chaincodes, chain `settlement`. */
export interface StoryWorld {
  readonly organizations: readonly StoryOrganization[];
  readonly ethereum: {
    readonly rpc: string;
    readonly chainId: number;
    readonly contracts: Readonly<Record<string, { readonly address: string }>>;
  };
  /** Absent: nothing is told that is done through Parley. */
  readonly parley?: { readonly url: string };
}

/** MSP ids of the three parties. */
export const PARTIES = { harvest: 'HarvestMSP', meridian: 'MeridianMSP', northwind: 'NorthwindMSP' } as const;

/** Whom the members invite. `account`: its number among the development accounts, whose keys every Ethereum tool knows. */
export const INVITED = { id: 'aurora', name: 'Aurora Roasters', account: 4 } as const;

export type Party = keyof typeof PARTIES;

export const PARTY_NAMES: Readonly<Record<Party, string>> = {
  harvest: 'Harvest Co-op',
  meridian: 'Meridian Shipping',
  northwind: 'Northwind Bank',
};
