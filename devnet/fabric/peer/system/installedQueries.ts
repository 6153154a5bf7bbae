import { peer } from '@hyperledger/fabric-protos';
import type { InstalledChaincode, InstalledChaincodes } from '../chaincode/installed.js';
import type { ChannelView } from '../channelView.js';
import { readPackageId, readSequence } from '../lifecycle/definition.js';
import { definedChaincodes, definitionIn, privateState, publicState } from '../lifecycle/lifecycleState.js';
import { argumentsOf } from './arguments.js';
import { NotFound } from './notFound.js';

const { lifecycle } = peer;

interface Message {
  serializeBinary(): Uint8Array;
}

interface Reference {
  readonly name: string;
  readonly version: string;
}

/** The part of `_lifecycle` that is about what is installed on the peer, on no channel. */
export class InstalledQueries {
  readonly #handlers: Readonly<Record<string, (args: Uint8Array) => Message>> = {
    InstallChaincode: (args) => this.#install(args),
    QueryInstalledChaincode: (args) => this.#query(args),
    QueryInstalledChaincodes: () => this.#queryAll(),
    GetInstalledChaincodePackage: (args) => this.#package(args),
  };

  constructor(
    private readonly mspId: string,
    private readonly installed: InstalledChaincodes,
    private readonly views: () => readonly ChannelView[],
  ) {}

  handler(name: string): ((args: Uint8Array) => Message) | null {
    return this.#handlers[name] ?? null;
  }

  #install(args: Uint8Array): Message {
    const request = argumentsOf('InstallChaincode', lifecycle.InstallChaincodeArgs, args);
    const installed = this.installed.install(request.getChaincodeInstallPackage_asU8());
    const result = new lifecycle.InstallChaincodeResult();
    result.setPackageId(installed.packageId);
    result.setLabel(installed.label);
    return result;
  }

  #query(args: Uint8Array): Message {
    const packageId = argumentsOf(
      'QueryInstalledChaincode',
      lifecycle.QueryInstalledChaincodeArgs,
      args,
    ).getPackageId();
    const installed = this.installed.find(packageId);
    if (installed === null) throw new Error(`could not find chaincode with package id '${packageId}'`);
    const result = new lifecycle.QueryInstalledChaincodeResult();
    result.setPackageId(packageId);
    result.setLabel(installed.label);
    for (const [channel, references] of this.#referencesTo(installed)) {
      const message = new lifecycle.QueryInstalledChaincodeResult.References();
      for (const { name, version } of references) {
        const chaincode = new lifecycle.QueryInstalledChaincodeResult.Chaincode();
        chaincode.setName(name);
        chaincode.setVersion(version);
        message.addChaincodes(chaincode);
      }
      result.getReferencesMap().set(channel, message);
    }
    return result;
  }

  #queryAll(): Message {
    const result = new lifecycle.QueryInstalledChaincodesResult();
    for (const installed of this.installed.list()) {
      const item = new lifecycle.QueryInstalledChaincodesResult.InstalledChaincode();
      item.setPackageId(installed.packageId);
      item.setLabel(installed.label);
      for (const [channel, references] of this.#referencesTo(installed)) {
        const message = new lifecycle.QueryInstalledChaincodesResult.References();
        for (const { name, version } of references) {
          const chaincode = new lifecycle.QueryInstalledChaincodesResult.Chaincode();
          chaincode.setName(name);
          chaincode.setVersion(version);
          message.addChaincodes(chaincode);
        }
        item.getReferencesMap().set(channel, message);
      }
      result.addInstalledChaincodes(item);
    }
    return result;
  }

  #package(args: Uint8Array): Message {
    const packageId = argumentsOf(
      'GetInstalledChaincodePackage',
      lifecycle.GetInstalledChaincodePackageArgs,
      args,
    ).getPackageId();
    const bytes = this.installed.packageBytes(packageId);
    if (bytes === null) throw new Error(`could not load cc install package: ${notInstalled(packageId).message}`);
    const result = new lifecycle.GetInstalledChaincodePackageResult();
    result.setChaincodeInstallPackage(bytes);
    return result;
  }

  /** Under which names the package runs, by channel. */
  #referencesTo({ packageId }: InstalledChaincode): Map<string, Reference[]> {
    const byChannel = new Map<string, Reference[]>();
    for (const view of this.views()) {
      const references = definedChaincodes(view.state).flatMap((name) => {
        const sequence = readSequence(publicState(view.state), name);
        const approved = readPackageId(privateState(view.privateState, this.mspId), name, sequence);
        const version = definitionIn(view.state, name)?.version ?? '';
        return approved === packageId ? [{ name, version }] : [];
      });
      if (references.length > 0) byChannel.set(view.name, references);
    }
    return byChannel;
  }
}

const notInstalled = (packageId: string): NotFound =>
  new NotFound(`chaincode install package '${packageId}' not found`);
