import { peer } from '@hyperledger/fabric-protos';
import { ParleyError } from '../../errors/index.js';
import type { EvaluateRequest, FabricLedger } from '../../ledgers/ledger.js';
import type { EvidenceRef } from '../../model/governance.js';

const { lifecycle } = peer;
type ApproveArgs = peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
const { ApproveChaincodeDefinitionForMyOrgArgs, QueryChaincodeDefinitionArgs, QueryChaincodeDefinitionResult } =
  lifecycle;

/** A function of Fabric's lifecycle, which takes one serialised message. */
export const lifecycleCall = (
  name: string,
  message: { serializeBinary(): Uint8Array },
  endorsingOrganizations: readonly string[] = [],
): EvaluateRequest => ({
  ...{ chaincode: '_lifecycle', contract: null, function: name, transient: {}, endorsingOrganizations },
  arguments: [message.serializeBinary()],
});

/** The definition in force, in the peer's own bytes; null where nothing is committed under the name. */
export async function definitionInForce(
  ledger: Pick<FabricLedger, 'evaluate'>,
  name: string,
): Promise<peer.lifecycle.QueryChaincodeDefinitionResult | null> {
  const args = new QueryChaincodeDefinitionArgs();
  args.setName(name);
  try {
    const bytes = await ledger.evaluate(lifecycleCall('QueryChaincodeDefinition', args));
    return QueryChaincodeDefinitionResult.deserializeBinary(bytes);
  } catch (error) {
    if (isUndefined(error)) return null;
    throw error;
  }
}

const isUndefined = (error: unknown): boolean =>
  error instanceof ParleyError &&
  error.code === 'EVALUATE_FAILED' &&
  /namespace .* is not defined/.test(`${error.message} ${JSON.stringify(error.details ?? null)}`);

/**
 * The arguments of an approval, exactly as the block that holds it has them. Null where the evidence is of no transaction, or of one that
 * the ledger does not show. Errors: those of reading the ledger.
 */
export async function approvalArguments(
  ledger: Pick<FabricLedger, 'block' | 'seed' | 'decoder'>,
  evidence: EvidenceRef | null,
): Promise<ApproveArgs | null> {
  if (evidence?.kind !== 'TRANSACTION') return null;
  const { number, hash } = evidence.block;
  const raw = await ledger.block(number);
  if (raw === null || raw.hash !== hash) return null;
  const { transactions } = ledger.decoder(await ledger.seed(number)).decode(raw);
  const detail = transactions.find(({ index }) => index === evidence.index)?.detail;
  if (detail?.kind !== 'fabric' || detail.function !== 'ApproveChaincodeDefinitionForMyOrg') return null;
  return ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary(Buffer.from(detail.arguments[0] ?? '', 'base64'));
}

/** The package that an approval names; null where it names none. */
export const packageOf = (args: ApproveArgs | null): string | null =>
  args?.getSource()?.getLocalPackage()?.getPackageId() ?? null;

/** What an approval says of where its organisation's package is. */
export function sourceOf(packageId: string | null): peer.lifecycle.ChaincodeSource {
  const source = new lifecycle.ChaincodeSource();
  if (packageId === null) {
    source.setUnavailable(new lifecycle.ChaincodeSource.Unavailable());
    return source;
  }
  const local = new lifecycle.ChaincodeSource.Local();
  local.setPackageId(packageId);
  source.setLocalPackage(local);
  return source;
}

/** The commit of what was approved: the same definition without the package. */
export function commitOf(approved: ApproveArgs): peer.lifecycle.CommitChaincodeDefinitionArgs {
  const args = new lifecycle.CommitChaincodeDefinitionArgs();
  args.setSequence(approved.getSequence());
  args.setName(approved.getName());
  args.setVersion(approved.getVersion());
  args.setEndorsementPlugin(approved.getEndorsementPlugin());
  args.setValidationPlugin(approved.getValidationPlugin());
  args.setValidationParameter(approved.getValidationParameter_asU8());
  const collections = approved.getCollections();
  if (collections !== undefined) args.setCollections(collections);
  args.setInitRequired(approved.getInitRequired());
  return args;
}
