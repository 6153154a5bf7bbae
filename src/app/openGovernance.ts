import type { Config, LedgerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { AmbWrites } from '../governance/amb/index.js';
import { ConsortiumWrites } from '../governance/consortium/index.js';
import { ConfigWrites, requireAdmissible } from '../governance/fabricConfig/index.js';
import { createLifecycleWrites } from '../governance/fabricLifecycle/index.js';
import { GovernorWrites } from '../governance/governor/index.js';
import type { Known, MechanismWrites } from '../governance/mechanism.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import type { ConsortiumState, Mechanism, ProposalState } from '../model/governance.js';
import type { LedgerId } from '../model/ids.js';
import { grantScope } from '../model/scope.js';
import type { StoreReads } from '../store/store.js';
import type { Governance } from '../subgraphs/context.js';
import { keptAdministrator } from './ambAdministrator.js';
import type { LedgerDesk } from './desk.js';
import { knownNow, supersededNow } from './knownNow.js';

/** A ledger on which a mechanism may decide, with what the index has of that mechanism there. */
interface Place {
  readonly config: LedgerConfig;
  readonly ledger: AnyLedger;
  readonly members: Config['members'];
  readonly known: Known;
  /** Its proposals that the ledger has moved on from, the newest first, at most some hundreds. */
  superseded(): Promise<readonly ProposalState[]>;
  /** The consortium as a channel keeps it now. */
  consortium(home: LedgerId): Promise<ConsortiumState | null>;
}

/** Null where the mechanism decides nothing there. Each mechanism adds its own line. */
const onLedgers: Readonly<Partial<Record<Mechanism, (place: Place) => MechanismWrites | null>>> = {
  CONSORTIUM: consortiumWrites,
  FABRIC_LIFECYCLE: ({ ledger, known }) => (ledger.kind === 'fabric' ? createLifecycleWrites({ ledger, known }) : null),
  FABRIC_CONFIG: ({ config, ledger, known, superseded, consortium }) =>
    config.kind === 'fabric' && ledger.kind === 'fabric' && config.consortium !== null
      ? new ConfigWrites({ ...config.consortium, ledger, known, superseded, consortium })
      : null,
  GOVERNOR: ({ config, ledger, known }) =>
    config.kind === 'ethereum' && ledger.kind === 'ethereum' && config.governors.length > 0
      ? new GovernorWrites({ ledger, known, governors: config.governors })
      : null,
};

export interface GovernanceParts {
  readonly config: Pick<Config, 'file' | 'ledgers' | 'amb' | 'network' | 'members'>;
  readonly desk: Pick<LedgerDesk, 'ledgers'>;
  readonly store: StoreReads;
  /** A network of Amazon's was written to. */
  readonly onAmbWrite: (ledger: LedgerId) => void;
}

/** `context.governance`: the writes of every mechanism, each made when first asked for. */
export function openGovernance(parts: GovernanceParts): Governance {
  const made = new Map<string, MechanismWrites | null>();
  return {
    mechanism: (mechanism, id) => {
      const name = `${mechanism} ${id}`;
      const before = made.get(name);
      if (before !== undefined) return before;
      const writes = mechanism === 'AMB' ? ambWrites(parts, id) : ledgerWrites(parts, mechanism, id);
      made.set(name, writes);
      return writes;
    },
    home: (mechanism, network) => (mechanism === 'AMB' ? ambHome(parts, network) : consortiumHome(parts, network)),
  };
}

function ledgerWrites({ config, desk, store }: GovernanceParts, mechanism: Mechanism, id: LedgerId) {
  const ledger = desk.ledgers.get(id);
  if (ledger === undefined)
    throw new ParleyError('LEDGER_UNAVAILABLE', 'The ledger that decides is not connected', { source: id });
  const own = config.ledgers.find(({ name, kind }) => name === ledger.name && kind === ledger.kind);
  if (own === undefined) return null;
  const known = knownNow(store, id, mechanism, ledger);
  const superseded = () => supersededNow(store, id, mechanism);
  const consortium = async (home: LedgerId): Promise<ConsortiumState | null> =>
    (await store.consortia(grantScope([home]), [home]))[0]?.state ?? null;
  return (
    onLedgers[mechanism]?.({ config: own, ledger, members: config.members, known, superseded, consortium }) ?? null
  );
}

function consortiumWrites({ config, ledger, members, known }: Place): MechanismWrites | null {
  if (config.kind !== 'fabric' || ledger.kind !== 'fabric' || config.consortium?.governs !== true) return null;
  const { chaincode } = config.consortium;
  const mspIdsOf = (member: string): readonly string[] => members.find(({ id }) => id === member)?.mspIds ?? [member];
  return new ConsortiumWrites({ ledger, chaincode, known, mspIdsOf, requireAdmissible });
}

function ambWrites({ config, store, onAmbWrite }: GovernanceParts, id: LedgerId): MechanismWrites | null {
  const network = id.slice('amb:'.length);
  const own = config.amb.find(({ networks }) => networks.includes(network));
  if (own === undefined || !id.startsWith('amb:')) return null;
  return new AmbWrites({
    ...{ region: own.region, endpoint: own.endpoint, network, actingMembers: own.actingMembers },
    known: knownNow(store, id, 'AMB', null),
    administrator: (invitation) => keptAdministrator(config.file, invitation),
    written: () => onAmbWrite(id),
  });
}

/** The channel whose chaincode keeps the consortium. */
function consortiumHome({ config, desk }: GovernanceParts, network: string): LedgerId | null {
  if (network !== config.network.id) return null;
  const names = config.ledgers.flatMap((one) =>
    one.kind === 'fabric' && one.consortium?.governs === true ? [one.name] : [],
  );
  return [...desk.ledgers.values()].find(({ kind, name }) => kind === 'fabric' && names.includes(name))?.id ?? null;
}

/** By Amazon's own id, or as the one network that is configured. */
function ambHome({ config }: GovernanceParts, network: string): LedgerId | null {
  const ids = config.amb.flatMap(({ networks }) => networks);
  if (ids.includes(network)) return `amb:${network}`;
  const [only, another] = ids;
  return network === config.network.id && only !== undefined && another === undefined ? `amb:${only}` : null;
}
