import { peer } from '@hyperledger/fabric-protos';
import type { InstalledChaincodes } from '../chaincode/installed.js';
import type { ChannelView } from '../channelView.js';
import type { Invocation, SystemChaincode } from '../invocation.js';
import { approve, withDefaults } from '../lifecycle/approval.js';
import {
  LIFECYCLE,
  definitionOf,
  definitionRecord,
  fillResult,
  implicitCollection,
  parametersRecord,
  readDefinition,
  readSequence,
} from '../lifecycle/definition.js';
import type { ChaincodeDefinition, DefinitionArguments } from '../lifecycle/definition.js';
import { checkDefinition } from '../lifecycle/inputRules.js';
import { DEFINITIONS, mismatches, writeRecord } from '../lifecycle/serializer.js';
import type { OpaqueState, WritableState } from '../lifecycle/serializer.js';
import { failure, reasonOf, responseOf, success } from '../messages/response.js';
import type { Simulator } from '../simulate/simulator.js';
import { InstalledQueries } from './installedQueries.js';
import { argumentsOf } from './arguments.js';
import { NotFound } from './notFound.js';
import { approvedDefinition, approvedDefinitions } from './approvedQueries.js';

const { lifecycle } = peer;

interface Message {
  serializeBinary(): Uint8Array;
}

/** A call with the ledger that it works on. */
interface Call {
  readonly simulator: Simulator;
  readonly view: ChannelView;
}

export interface LifecycleOptions {
  readonly mspId: string;
  readonly installed: InstalledChaincodes;
  readonly views: () => readonly ChannelView[];
  /** Throws where the creator may not. */
  readonly checkAcl: (resource: string, invocation: Invocation) => void;
}

/** `_lifecycle`: what organisations agree on about chaincodes, in Fabric's state layout. */
export class LifecycleChaincode implements SystemChaincode {
  readonly #queries: InstalledQueries;
  readonly #onLedger: Readonly<Record<string, (call: Call, args: Uint8Array) => Message>> = {
    ApproveChaincodeDefinitionForMyOrg: (call, args) => this.#approve(call, args),
    QueryApprovedChaincodeDefinition: (call, args) =>
      approvedDefinition(this.#own(call), call.simulator.lifecycle, call.view.name, args),
    QueryApprovedChaincodeDefinitions: (call) =>
      approvedDefinitions(this.#own(call), call.simulator, this.options.mspId),
    CheckCommitReadiness: (call, args) => this.#checkCommitReadiness(call, args),
    CommitChaincodeDefinition: (call, args) => this.#commit(call, args),
    QueryChaincodeDefinition: (call, args) => this.#queryDefinition(call, args),
    QueryChaincodeDefinitions: (call) => this.#queryDefinitions(call),
  };

  constructor(private readonly options: LifecycleOptions) {
    this.#queries = new InstalledQueries(options.mspId, options.installed, options.views);
  }

  invoke(invocation: Invocation, args: readonly Uint8Array[]): peer.Response {
    const [first, second] = args;
    if (first === undefined) return failure('lifecycle scc must be invoked with arguments');
    if (second === undefined || args.length !== 2) {
      return failure(`lifecycle scc operations require exactly two arguments but received ${args.length}`);
    }
    const name = Buffer.from(first).toString();
    try {
      this.options.checkAcl(`${LIFECYCLE}/${name}`, invocation);
    } catch (error) {
      return failure(`Failed to authorize invocation due to failed ACL check: ${reasonOf(error)}`);
    }
    try {
      return success(this.#dispatch(invocation, name, second).serializeBinary());
    } catch (error) {
      if (error instanceof NotFound) return responseOf(404, error.message);
      return failure(`failed to invoke backing implementation of '${name}': ${reasonOf(error)}`);
    }
  }

  #dispatch(invocation: Invocation, name: string, args: Uint8Array): Message {
    const local = this.#queries.handler(name);
    if (local !== null) return local(args);
    const handler = this.#onLedger[name];
    if (handler === undefined) throw new Error(`receiver *lifecycle.Invocation.${name} does not exist`);
    const { simulator, view } = invocation;
    if (simulator === null || view === null) throw new Error("no application config for channel ''");
    return handler({ simulator, view }, args);
  }

  #approve(call: Call, args: Uint8Array): Message {
    const request = argumentsOf(
      'ApproveChaincodeDefinitionForMyOrg',
      lifecycle.ApproveChaincodeDefinitionForMyOrgArgs,
      args,
    );
    const definition = this.#checked(call, request);
    const packageId = request.getSource()?.getLocalPackage()?.getPackageId() ?? '';
    approve(withDefaults(definition, call.view.bundle), packageId, call.simulator.lifecycle, this.#own(call));
    return new lifecycle.ApproveChaincodeDefinitionForMyOrgResult();
  }

  #checkCommitReadiness(call: Call, args: Uint8Array): Message {
    const definition = definitionOf(argumentsOf('CheckCommitReadiness', lifecycle.CheckCommitReadinessArgs, args));
    const result = new lifecycle.CheckCommitReadinessResult();
    for (const [mspId, differing] of this.#differences(call, definition)) {
      result.getApprovalsMap().set(mspId, differing.length === 0);
      if (differing.length === 0) continue;
      const items = new lifecycle.CheckCommitReadinessResult.Mismatches();
      items.setItemsList(differing);
      result.getMismatchesMap().set(mspId, items);
    }
    return result;
  }

  #commit(call: Call, args: Uint8Array): Message {
    const definition = this.#checked(
      call,
      argumentsOf('CommitChaincodeDefinition', lifecycle.CommitChaincodeDefinitionArgs, args),
    );
    const { mspId } = this.options;
    if (!call.view.bundle.applicationMspIds.includes(mspId)) {
      throw new Error("impossibly, this peer's org is processing requests for a channel it is not a member of");
    }
    const differences = this.#differences(call, definition);
    const complete = withDefaults(definition, call.view.bundle);
    writeRecord(publicState(call.simulator), DEFINITIONS, definition.name, definitionRecord(complete));
    if (differences.get(mspId)?.length !== 0) {
      throw new Error(`chaincode definition not agreed to by this org (${mspId})`);
    }
    return new lifecycle.CommitChaincodeDefinitionResult();
  }

  #queryDefinition(call: Call, args: Uint8Array): Message {
    const name = argumentsOf('QueryChaincodeDefinition', lifecycle.QueryChaincodeDefinitionArgs, args).getName();
    const definition = readDefinition(call.simulator.lifecycle, name);
    if (definition === null) throw new NotFound(`namespace ${name} is not defined`);
    const result = fillResult(new lifecycle.QueryChaincodeDefinitionResult(), definition);
    for (const [mspId, differing] of this.#approvals(call, definition)) {
      result.getApprovalsMap().set(mspId, differing.length === 0);
    }
    return result;
  }

  #queryDefinitions({ simulator }: Call): Message {
    const prefix = `${DEFINITIONS}/metadata/`;
    const range = simulator.range(LIFECYCLE, prefix, `${prefix}\x7f`);
    const result = new lifecycle.QueryChaincodeDefinitionsResult();
    for (let found = range.next(); found !== null; found = range.next()) {
      const definition = readDefinition(simulator.lifecycle, found.key.slice(prefix.length));
      if (definition === null) continue;
      const item = new lifecycle.QueryChaincodeDefinitionsResult.ChaincodeDefinition();
      item.setName(definition.name);
      result.addChaincodeDefinitions(fillResult(item, definition));
    }
    return result;
  }

  /** Throws where the definition is not the next one; else what differs in each organisation's approval. */
  #differences(call: Call, definition: ChaincodeDefinition): Map<string, string[]> {
    const next = readSequence(call.simulator.lifecycle, definition.name) + 1;
    if (definition.sequence !== next) {
      throw new Error(`requested sequence is ${definition.sequence}, but new definition must be sequence ${next}`);
    }
    return this.#approvals(call, withDefaults(definition, call.view.bundle));
  }

  #approvals({ simulator, view }: Call, definition: ChaincodeDefinition): Map<string, string[]> {
    const approval = `${definition.name}#${definition.sequence}`;
    const record = parametersRecord(definition);
    return new Map(
      view.bundle.applicationMspIds.map((mspId) => [
        mspId,
        mismatches(opaqueState(simulator, mspId), DEFINITIONS, approval, record),
      ]),
    );
  }

  #checked({ simulator, view }: Call, request: DefinitionArguments): ChaincodeDefinition {
    const definition = definitionOf(request);
    try {
      const committed = readDefinition(simulator.lifecycle, definition.name);
      // Where nothing is defined, peers look at the legacy lifecycle too, and that stands in the read set.
      if (committed === null) simulator.getState('lscc', definition.name);
      checkDefinition(definition, view.bundle.applicationMspIds, committed);
    } catch (error) {
      throw new Error(`error validating chaincode definition: ${reasonOf(error)}`, { cause: error });
    }
    return definition;
  }

  /** This organisation's approvals. */
  #own({ simulator }: Call): WritableState {
    const collection = implicitCollection(this.options.mspId);
    return {
      get: (key) => simulator.getPrivate(LIFECYCLE, collection, key),
      put: (key, value) => simulator.setPrivate(LIFECYCLE, collection, key, value),
      delete: (key) => simulator.setPrivate(LIFECYCLE, collection, key, null),
    };
  }
}

const publicState = (simulator: Simulator): WritableState => ({
  get: (key) => simulator.getState(LIFECYCLE, key),
  put: (key, value) => simulator.setState(LIFECYCLE, key, value),
  delete: (key) => simulator.setState(LIFECYCLE, key, null),
});

const opaqueState = (simulator: Simulator, mspId: string): OpaqueState => ({
  hash: (key) => simulator.getPrivateHash(LIFECYCLE, implicitCollection(mspId), key),
});
