import type { Config, FabricLedgerConfig, SignerConfig } from '../../config/index.js';
import { ParleyError } from '../../errors/index.js';
import { openSigner } from '../../keys/index.js';
import type { FabricCaller, FabricLedger } from '../../ledgers/ledger.js';

type FabricSigner = Extract<SignerConfig, { readonly kind: 'fabric' }>;

/** The channel that is to keep the consortium. Errors: `CONFIG_INVALID`. */
export function homeOf({ ledgers, file }: Config): { readonly home: FabricLedgerConfig; readonly chaincode: string } {
  for (const ledger of ledgers)
    if (ledger.kind === 'fabric' && ledger.consortium?.governs === true)
      return { home: ledger, chaincode: ledger.consortium.chaincode };
  throw new ParleyError('CONFIG_INVALID', `${file} names no channel that keeps the consortium`, {
    expected: '`network.consortium: { channel: <name> }`, and that channel among `ledgers`',
    fix: 'Add it: it is where the network moves to.',
  });
}

/** Who submits: the signer of that id; the only one of an organisation that becomes a member; or the identity that reads the channel. */
export function submitterOf(
  { signers }: Config,
  home: FabricLedgerConfig,
  { id, mspIds }: { readonly id: string | null; readonly mspIds: readonly string[] },
): FabricSigner {
  const ofFabric = signers.filter((signer) => signer.kind === 'fabric');
  const fitting = ofFabric.filter(({ mspId }) => mspIds.includes(mspId));
  if (id !== null) return requireFitting(id, ofFabric, fitting, mspIds);
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined && mspIds.includes(home.identity.mspId))
    return { ...home.identity, kind: 'fabric', id: `identity of ${home.name}`, member: home.identity.mspId };
  throw new ParleyError('SIGNER_UNKNOWN', 'It is not clear who submits the move', {
    got: only === undefined ? 'no signer of a member' : `signers ${fitting.map((one) => one.id).join(', ')}`,
    expected: `one signer of ${mspIds.join(', ')}`,
    fix: 'Give --signer <id>, one of `signers` in parley.yaml.',
  });
}

function requireFitting(
  id: string,
  all: readonly FabricSigner[],
  fitting: readonly FabricSigner[],
  mspIds: readonly string[],
): FabricSigner {
  const found = fitting.find((one) => one.id === id);
  if (found !== undefined) return found;
  const other = all.find((one) => one.id === id);
  throw new ParleyError('SIGNER_UNKNOWN', 'That signer cannot submit the move', {
    got: other === undefined ? `${id}, which is none of parley.yaml` : `${id}, of ${other.mspId}`,
    expected: `a Fabric signer of an organisation that becomes a member: ${mspIds.join(', ')}`,
    fix: `Give --signer ${fitting.map((one) => one.id).join(' or ') || '<id>, and add one to `signers`'}.`,
  });
}

export function callerOf(signer: FabricSigner): FabricCaller {
  const opened = openSigner(signer);
  return {
    creator: { mspId: signer.mspId, certificate: signer.certificatePem },
    sign: (bytes) => opened.sign(bytes),
  };
}

/** MSP ids of the channel's organisations, by its configuration in force. */
export async function organizationsOf(ledger: FabricLedger): Promise<readonly string[]> {
  const { number } = await ledger.head();
  const { config } = await ledger.seed(number + 1);
  const decoded = config === null ? null : ledger.decoder({ config: null, previous: null }).decode(config);
  return decoded?.config?.config.organizations.map(({ mspId }) => mspId) ?? [];
}
