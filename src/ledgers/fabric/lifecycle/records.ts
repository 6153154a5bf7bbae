import { peer } from '@hyperledger/fabric-protos';
import type { LifecycleRecord } from '../../../model/fabric.js';
import type { ConfigNode } from '../config/tree.js';
import { utf8 } from '../wire/bytes.js';
import type { OpenAction } from '../wire/transaction.js';
import { chaincodeDefinition } from './definition.js';

const LIFECYCLE = '_lifecycle';
/** Each organisation keeps its approvals in a private collection that its name begins with. */
const IMPLICIT_COLLECTION = '_implicit_org_';

/** What a transaction needs to be read for: its place, and the organisation of its creator. */
export interface LifecycleContext {
  readonly transactionIndex: number;
  readonly creatorMspId: string | null;
  readonly config: ConfigNode | null;
}

/** The approval or commit that a valid transaction holds in its plain arguments; null where it holds none. */
export function lifecycleRecord(action: OpenAction, context: LifecycleContext): LifecycleRecord | null {
  if (action.chaincode !== LIFECYCLE) return null;
  const [name, args] = action.args;
  if (name === undefined || args === undefined) return null;
  try {
    return read(utf8(name), args, action, context);
  } catch {
    return null; // A peer would not have called it valid: these are not the arguments of a definition.
  }
}

function read(
  name: string,
  bytes: Uint8Array,
  action: OpenAction,
  { transactionIndex, creatorMspId, config }: LifecycleContext,
): LifecycleRecord | null {
  if (name === 'ApproveChaincodeDefinitionForMyOrg') {
    const args = peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary(bytes);
    const mspId = approvingOrganization(action) ?? creatorMspId;
    return { kind: 'APPROVED', transactionIndex, mspId, definition: chaincodeDefinition(args, config) };
  }
  if (name === 'CommitChaincodeDefinition') {
    const args = peer.lifecycle.CommitChaincodeDefinitionArgs.deserializeBinary(bytes);
    return { kind: 'COMMITTED', transactionIndex, mspId: null, definition: chaincodeDefinition(args, config) };
  }
  return null;
}

/** The organisation whose private collection was written is the one that approved. */
function approvingOrganization(action: OpenAction): string | null {
  const written = action.sets.privateWrites.find(
    ({ namespace, collection }) => namespace === LIFECYCLE && collection.startsWith(IMPLICIT_COLLECTION),
  );
  return written?.collection.slice(IMPLICIT_COLLECTION.length) ?? null;
}
