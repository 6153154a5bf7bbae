import { peer } from '@hyperledger/fabric-protos';
import { DEFINITIONS, SOURCES, readField, readMetadata } from './serializer.js';
import type { ReadableState, StateRecord } from './serializer.js';

export const LIFECYCLE = '_lifecycle';
const IMPLICIT = '_implicit_org_';

export const implicitCollection = (mspId: string): string => IMPLICIT + mspId;

/** The organisation of an implicit collection; null where the collection is not one. */
export const implicitOwner = (collection: string): string | null =>
  collection.startsWith(IMPLICIT) ? collection.slice(IMPLICIT.length) : null;

/** What organisations agree on before a chaincode runs. */
export interface ChaincodeParameters {
  readonly version: string;
  readonly endorsementPlugin: string;
  readonly initRequired: boolean;
  readonly validationPlugin: string;
  /** `common.ApplicationPolicy` */
  readonly validationParameter: Uint8Array;
  readonly collections: peer.CollectionConfigPackage;
}

export interface ChaincodeDefinition extends ChaincodeParameters {
  readonly name: string;
  readonly sequence: number;
}

/** The getters that the arguments of approve, commit and check have in common. */
export interface DefinitionArguments {
  getName(): string;
  getSequence(): number;
  getVersion(): string;
  getEndorsementPlugin(): string;
  getInitRequired(): boolean;
  getValidationPlugin(): string;
  getValidationParameter_asU8(): Uint8Array;
  getCollections(): peer.CollectionConfigPackage | undefined;
}

/** The setters that the results of queries have in common. */
export interface DefinitionResult {
  setSequence(value: number): void;
  setVersion(value: string): void;
  setEndorsementPlugin(value: string): void;
  setInitRequired(value: boolean): void;
  setValidationPlugin(value: string): void;
  setValidationParameter(value: Uint8Array): void;
  setCollections(value?: peer.CollectionConfigPackage): void;
}

export function definitionOf(args: DefinitionArguments): ChaincodeDefinition {
  return {
    name: args.getName(),
    sequence: args.getSequence(),
    version: args.getVersion(),
    endorsementPlugin: args.getEndorsementPlugin(),
    initRequired: args.getInitRequired(),
    validationPlugin: args.getValidationPlugin(),
    validationParameter: args.getValidationParameter_asU8(),
    collections: args.getCollections() ?? new peer.CollectionConfigPackage(),
  };
}

export function fillResult<T extends DefinitionResult>(
  result: T,
  definition: ChaincodeParameters & { sequence: number },
): T {
  result.setSequence(definition.sequence);
  result.setVersion(definition.version);
  result.setEndorsementPlugin(definition.endorsementPlugin);
  result.setInitRequired(definition.initRequired);
  result.setValidationPlugin(definition.validationPlugin);
  result.setValidationParameter(definition.validationParameter);
  result.setCollections(definition.collections);
  return result;
}

export const parametersRecord = (parameters: ChaincodeParameters): StateRecord => ({
  datatype: 'ChaincodeParameters',
  fields: new Map(parameterFields(parameters)),
});

export const definitionRecord = (definition: ChaincodeDefinition): StateRecord => ({
  datatype: 'ChaincodeDefinition',
  fields: new Map<string, number | Uint8Array>([['Sequence', definition.sequence], ...parameterFields(definition)]),
});

export const sourceRecord = (packageId: string): StateRecord => ({
  datatype: 'ChaincodeLocalPackage',
  fields: new Map([['PackageID', packageId]]),
});

function parameterFields(parameters: ChaincodeParameters): [string, Uint8Array][] {
  const endorsement = new peer.lifecycle.ChaincodeEndorsementInfo();
  endorsement.setVersion(parameters.version);
  endorsement.setInitRequired(parameters.initRequired);
  endorsement.setEndorsementPlugin(parameters.endorsementPlugin);
  const validation = new peer.lifecycle.ChaincodeValidationInfo();
  validation.setValidationPlugin(parameters.validationPlugin);
  validation.setValidationParameter(parameters.validationParameter);
  return [
    ['EndorsementInfo', endorsement.serializeBinary()],
    ['ValidationInfo', validation.serializeBinary()],
    ['Collections', parameters.collections.serializeBinary()],
  ];
}

/** The sequence in force; 0 where the chaincode is not defined. */
export const readSequence = (state: ReadableState, name: string): number =>
  readField(state, DEFINITIONS, name, 'Sequence').getInt64();

/** The definition in force; null where nothing is committed under the name. Reads the metadata first and then every field. */
export function readDefinition(state: ReadableState, name: string): ChaincodeDefinition | null {
  const metadata = readMetadata(state, DEFINITIONS, name);
  if (metadata === null) return null;
  if (metadata.getDatatype() !== 'ChaincodeDefinition')
    throw new Error(`not a chaincode type: ${metadata.getDatatype()}`);
  return { name, sequence: readSequence(state, name), ...readParameters(state, name) };
}

export function readParameters(state: ReadableState, name: string): ChaincodeParameters {
  const bytes = (field: string): Uint8Array => readField(state, DEFINITIONS, name, field).getBytes_asU8();
  const endorsement = peer.lifecycle.ChaincodeEndorsementInfo.deserializeBinary(bytes('EndorsementInfo'));
  const validation = peer.lifecycle.ChaincodeValidationInfo.deserializeBinary(bytes('ValidationInfo'));
  return {
    version: endorsement.getVersion(),
    endorsementPlugin: endorsement.getEndorsementPlugin(),
    initRequired: endorsement.getInitRequired(),
    validationPlugin: validation.getValidationPlugin(),
    validationParameter: validation.getValidationParameter_asU8(),
    collections: peer.CollectionConfigPackage.deserializeBinary(bytes('Collections')),
  };
}

/** The package that an approval names; null where there is no approval, empty where it names none. */
export function readPackageId(state: ReadableState, name: string, sequence: number): string | null {
  const approval = `${name}#${sequence}`;
  if (readMetadata(state, SOURCES, approval) === null) return null;
  return readField(state, SOURCES, approval, 'PackageID').getString();
}

/** The collection of a definition by name; null where it defines none of that name. */
export function staticCollection(definition: ChaincodeParameters, name: string): peer.StaticCollectionConfig | null {
  return staticCollections(definition).find((collection) => collection.getName() === name) ?? null;
}

export function staticCollections(definition: ChaincodeParameters): peer.StaticCollectionConfig[] {
  return definition.collections.getConfigList().flatMap((config) => config.getStaticCollectionConfig() ?? []);
}
