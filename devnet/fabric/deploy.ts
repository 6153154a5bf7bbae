import { GatewayError } from '@hyperledger/fabric-gateway';
import { peer } from '@hyperledger/fabric-protos';
import { packageChaincode, packageIdOf } from './chaincodePackage.js';
import { LifecycleAdmin, isTransient, wordsOf } from './deploy/admin.js';
import { defined } from './deploy/definition.js';
import type { DeployOptions } from './deploy/definition.js';
import type { OrganizationMaterial } from './ports.js';

export type { CollectionOptions, DeployOptions } from './deploy/definition.js';
export type { ChaincodeService } from './chaincodePackage.js';

const { lifecycle } = peer;

/** How long nodes may take to settle (gossip, leaders, approvals that travel). */
const SETTLE_MS = 60_000;
const RETRY_MS = 200;

export interface DeployedChaincode {
  readonly packageId: string;
  readonly sequence: number;
}

/** The id that the chaincode's service has to register with; known before anything is deployed. */
export function packageIdFor(options: DeployOptions): string {
  return packageIdOf(labelOf(options), packageOf(options));
}

/**
 * Deploys a chaincode that runs as a service, through Fabric's own lifecycle: installs the package on every organisation's peer,
 * has every organisation approve, and commits. What is deployed already stays as it is; what changed becomes the next sequence.
 * `organizations`: all members of the channel.
 * @throws {Error} with what the nodes said
 */
export async function deployChaincode(
  organizations: readonly OrganizationMaterial[],
  options: DeployOptions,
): Promise<DeployedChaincode> {
  const admins = organizations.map((organization) => new LifecycleAdmin(organization, options.channel));
  try {
    return await deploy(admins, options);
  } catch (error) {
    throw new Error(`${options.name} was not deployed on ${options.channel}: ${wordsOf(error)}`, { cause: error });
  } finally {
    for (const admin of admins) admin.close();
  }
}

/**
 * One organisation that came later installs the package on its peer, and approves the definition of a sequence with it (that in force
 * where none is said): from then on its peer runs the chaincode.
 * @throws {Error} with what the nodes said
 */
export async function installAndApprove(
  organization: OrganizationMaterial,
  options: DeployOptions,
  sequence?: number,
): Promise<void> {
  const admin = new LifecycleAdmin(organization, options.channel);
  try {
    await settled(() => install(admin, options));
    const inForce = async (): Promise<number> => {
      const current = await currentDefinition(admin, options.name);
      if (current === null) throw new NotYet(`${organization.mspId} has no definition of ${options.name}`);
      return current.getSequence();
    };
    const wanted = sequence ?? (await settled(inForce));
    await settled(() => approve(admin, options, wanted, packageIdFor(options)));
  } catch (error) {
    throw new Error(`${organization.mspId} did not approve ${options.name}: ${wordsOf(error)}`, { cause: error });
  } finally {
    admin.close();
  }
}

async function deploy(admins: readonly LifecycleAdmin[], options: DeployOptions): Promise<DeployedChaincode> {
  const [first] = admins;
  if (first === undefined) throw new Error('no organisation is given');
  const packageId = packageIdFor(options);
  await Promise.all(admins.map((admin) => settled(() => install(admin, options))));
  const current = await settled(() => currentDefinition(first, options.name));
  const same = current !== null && isSame(current, options);
  const sequence = (current?.getSequence() ?? 0) + (same ? 0 : 1);
  for (const admin of admins) await settled(() => approve(admin, options, sequence, packageId));
  if (!same) await commit(admins, first, options, sequence);
  return { packageId, sequence };
}

const labelOf = (options: DeployOptions): string => options.label ?? `${options.name}_${options.version}`;
const packageOf = (options: DeployOptions): Uint8Array => packageChaincode(labelOf(options), options.service);

async function install(admin: LifecycleAdmin, options: DeployOptions): Promise<void> {
  const args = new lifecycle.InstallChaincodeArgs();
  args.setChaincodeInstallPackage(packageOf(options));
  await allowing(/already successfully installed/, () => admin.evaluate('InstallChaincode', args));
}

async function currentDefinition(
  admin: LifecycleAdmin,
  name: string,
): Promise<peer.lifecycle.QueryChaincodeDefinitionResult | null> {
  const args = new lifecycle.QueryChaincodeDefinitionArgs();
  args.setName(name);
  const bytes = await allowing(/namespace .* is not defined/, () => admin.evaluate('QueryChaincodeDefinition', args));
  return bytes === null ? null : lifecycle.QueryChaincodeDefinitionResult.deserializeBinary(bytes);
}

function isSame(current: peer.lifecycle.QueryChaincodeDefinitionResult, options: DeployOptions): boolean {
  const wanted = defined(new lifecycle.CommitChaincodeDefinitionArgs(), options, current.getSequence());
  const known = new lifecycle.CommitChaincodeDefinitionArgs();
  known.setName(options.name);
  known.setVersion(current.getVersion());
  known.setSequence(current.getSequence());
  known.setEndorsementPlugin(current.getEndorsementPlugin());
  known.setValidationPlugin(current.getValidationPlugin());
  known.setValidationParameter(current.getValidationParameter_asU8());
  known.setInitRequired(current.getInitRequired());
  // No collections and an empty list of them are the same.
  const collections = current.getCollections();
  if (collections !== undefined && collections.getConfigList().length > 0) known.setCollections(collections);
  return Buffer.compare(known.serializeBinary(), wanted.serializeBinary()) === 0;
}

async function approve(
  admin: LifecycleAdmin,
  options: DeployOptions,
  sequence: number,
  packageId: string,
): Promise<void> {
  const local = new lifecycle.ChaincodeSource.Local();
  local.setPackageId(packageId);
  const source = new lifecycle.ChaincodeSource();
  source.setLocalPackage(local);
  const args = defined(new lifecycle.ApproveChaincodeDefinitionForMyOrgArgs(), options, sequence);
  args.setSource(source);
  // Said of an approval that is there already.
  const known =
    /attempted to redefine (the current committed|uncommitted) sequence \(\d+\) for namespace \S+( with unchanged content)?$/m;
  await allowing(known, () => admin.submit('ApproveChaincodeDefinitionForMyOrg', args, true));
}

/** Every peer must have every approval first: peers at different heights would endorse different things. */
async function commit(
  admins: readonly LifecycleAdmin[],
  first: LifecycleAdmin,
  options: DeployOptions,
  sequence: number,
): Promise<void> {
  const check = defined(new lifecycle.CheckCommitReadinessArgs(), options, sequence);
  await settled(async () => {
    for (const admin of admins) {
      const bytes = await admin.evaluate('CheckCommitReadiness', check);
      const approvals = lifecycle.CheckCommitReadinessResult.deserializeBinary(bytes).getApprovalsMap();
      const missing = admins.filter(({ mspId }) => approvals.get(mspId) !== true).map(({ mspId }) => mspId);
      if (missing.length > 0) throw new NotYet(`${admin.mspId} does not see the approval of ${missing.join(', ')}`);
    }
  });
  const args = defined(new lifecycle.CommitChaincodeDefinitionArgs(), options, sequence);
  await settled(() => first.submit('CommitChaincodeDefinition', args, false));
  // The other peers have the block a little later; until then they know no such chaincode.
  await settled(async () => {
    for (const admin of admins) {
      const current = await currentDefinition(admin, options.name);
      if ((current?.getSequence() ?? 0) < sequence) throw new NotYet(`${admin.mspId} does not have the definition`);
    }
  });
}

/** Something that will be so soon. */
class NotYet extends Error {
  override readonly name = 'NotYet';
}

/** Null where the nodes refuse with these words. */
async function allowing<T>(words: RegExp, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GatewayError && words.test(wordsOf(error))) return null;
    throw error;
  }
}

async function settled<T>(run: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + SETTLE_MS; ;) {
    try {
      return await run();
    } catch (error) {
      const passing = error instanceof NotYet || isTransient(error);
      if (!passing || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
