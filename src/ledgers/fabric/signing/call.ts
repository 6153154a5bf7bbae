import { peer } from '@hyperledger/fabric-protos';
import type { ChaincodeDefinition } from '../../../model/fabric.js';
import { plainText } from '../../../model/signing.js';
import { chaincodeDefinition, type DefinitionArguments } from '../lifecycle/definition.js';
import { exact, shownBytes, unreadable } from './exact.js';

export interface Call {
  readonly chaincode: string;
  readonly function: string;
  /** In words, a line each. */
  readonly lines: readonly string[];
  readonly essentials: readonly string[];
}

const LIFECYCLE = '_lifecycle';
const APPROVE = 'ApproveChaincodeDefinitionForMyOrg';
const COMMIT = 'CommitChaincodeDefinition';
/** Arguments that are text and short stand in a summary too. */
const SHORT = 40;

/** What a `peer.ChaincodeInvocationSpec` calls. Errors: `INPUT_INVALID`. */
export function openCall(what: string, input: Uint8Array): Call {
  const spec = exact(what, peer.ChaincodeInvocationSpec.deserializeBinary, input).getChaincodeSpec();
  const told = spec?.getInput();
  const chaincode = spec?.getChaincodeId()?.getName();
  if (told === undefined || chaincode === undefined || chaincode === '')
    throw unreadable(what, 'a call of no chaincode');
  if (told.getDecorationsMap().getLength() > 0) throw unreadable(what, 'decorations, which no client gives');
  const [name, ...args] = told.getArgsList_asU8();
  if (name === undefined) throw unreadable(what, 'a call of no function');
  const called = Buffer.from(name).toString('utf8');
  if (chaincode === LIFECYCLE) return lifecycleCall(what, called, args);
  return plainCall(chaincode, called, args, told.getIsInit());
}

function plainCall(chaincode: string, called: string, args: readonly Uint8Array[], isInit: boolean): Call {
  const short = args.map((arg) => Buffer.from(arg).toString('utf8')).filter((text) => /^[\w .:-]+$/.test(text));
  return {
    ...{ chaincode, function: called },
    lines: [
      `Call ${plainText(called)} of chaincode “${plainText(chaincode)}”, with ${args.length} arguments${isInit ? ', as its initialisation' : ''}`,
      ...args.map((arg, i) => `  ${i + 1}. ${shownBytes(arg)}`),
    ],
    essentials: [called, chaincode, ...short.filter((text) => text.length <= SHORT)],
  };
}

/** A vote of the lifecycle is what its one argument defines. */
function lifecycleCall(what: string, called: string, [arg, ...more]: readonly Uint8Array[]): Call {
  if (arg === undefined || more.length > 0) throw unreadable(what, `a call of ${LIFECYCLE} with another argument`);
  const args = definitionArguments(what, called, arg);
  const definition = chaincodeDefinition(args, null);
  const deed = called === APPROVE ? 'Approve for your organisation' : 'Commit';
  return {
    ...{ chaincode: LIFECYCLE, function: called },
    lines: [
      `${deed} the definition of chaincode “${plainText(definition.name)}”: sequence ${definition.sequence}, version “${plainText(definition.version)}”`,
      ...definitionLines(definition),
      `  plugins: endorsement “${plainText(args.getEndorsementPlugin())}”, validation “${plainText(args.getValidationPlugin())}”`,
      ...packageLines(args),
    ],
    essentials: [called],
  };
}

function definitionArguments(what: string, called: string, arg: Uint8Array): DefinitionArguments {
  if (called === APPROVE)
    return exact(what, peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs.deserializeBinary, arg);
  if (called === COMMIT) return exact(what, peer.lifecycle.CommitChaincodeDefinitionArgs.deserializeBinary, arg);
  throw unreadable(what, `a call of ${plainText(called)} of ${LIFECYCLE}`);
}

function packageLines(args: DefinitionArguments): string[] {
  if (!(args instanceof peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs)) return [];
  const id = args.getSource()?.getLocalPackage()?.getPackageId() ?? '';
  return [`  package: ${plainText(id === '' ? 'none' : id)}`];
}

function definitionLines({ endorsementPolicy, collections, initRequired, digest }: ChaincodeDefinition): string[] {
  const { expression, reference } = endorsementPolicy;
  const policy = expression ?? reference;
  return [
    `  endorsement policy: ${policy === null ? 'bytes of a validation plugin of its own' : plainText(policy)}`,
    `  init required: ${initRequired ? 'yes' : 'no'}`,
    ...collections.map(
      ({ name, policy: members, requiredPeerCount, maxPeerCount, blockToLive, memberOnlyRead, memberOnlyWrite }) =>
        `  collection “${plainText(name)}”: ${plainText(members)}, to ${requiredPeerCount}–${maxPeerCount} peers, kept ${blockToLive} blocks (0: for ever), read by members only: ${memberOnlyRead ? 'yes' : 'no'}, written: ${memberOnlyWrite ? 'yes' : 'no'}`,
    ),
    `  digest of the definition: ${digest}`,
  ];
}
