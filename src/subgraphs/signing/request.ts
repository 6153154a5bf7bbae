import { Field, ID, ObjectType } from 'type-graphql';
import type { SignatureScheme } from '../../keys/signer.js';
import { enumType, SignatureSchemeEnum } from '../enums.js';
import { BytesScalar, DateTimeScalar } from '../scalars.js';

const SigningStageEnum = enumType('SigningStage', [
  'FABRIC_PROPOSAL',
  'FABRIC_TRANSACTION',
  'FABRIC_CONFIG_UPDATE',
  'FABRIC_ENVELOPE',
  'BALLOT',
  'ACCEPTANCE',
  'EVM_TRANSACTION',
]);
export type SigningStage = keyof typeof SigningStageEnum;

@ObjectType({ simpleResolvers: true })
export class DownloadFile {
  constructor(name: string, content: string) {
    this.name = name;
    this.content = content;
  }

  @Field(() => String)
  readonly name: string;

  @Field(() => BytesScalar)
  readonly content: string;
}

/** What is to be signed, before it has an id. */
export interface ToBeSigned {
  readonly stage: SigningStage;
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly scheme: SignatureScheme;
  readonly summary: string;
  /** Who signs. */
  readonly identity: { readonly mspId: string; readonly certificate: string } | { readonly address: string };
}

@ObjectType({
  description:
    'The exact bytes, what they are, and what they say in words; `file` holds all of it for a machine without a network. A client that signs decodes `bytes` itself and trusts neither `digest` nor `summary`.',
  simpleResolvers: true,
})
export class SigningRequest {
  constructor(
    readonly requestId: string,
    private readonly asked: ToBeSigned,
    private readonly expiresMs: number,
  ) {}

  @Field(() => ID)
  get id(): string {
    return this.requestId;
  }

  @Field(() => SigningStageEnum)
  get stage(): string {
    return this.asked.stage;
  }

  @Field(() => BytesScalar, { description: 'What is signed.' })
  get bytes(): string {
    return hexOf(this.asked.bytes);
  }

  @Field(() => BytesScalar, { description: 'Their SHA-256; their Keccak-256 of an Ethereum transaction.' })
  get digest(): string {
    return hexOf(this.asked.digest);
  }

  @Field(() => SignatureSchemeEnum)
  get scheme(): string {
    return this.asked.scheme;
  }

  @Field(() => String)
  get summary(): string {
    return this.asked.summary;
  }

  @Field(() => DownloadFile, { description: 'A JSON document.' })
  get file(): DownloadFile {
    const { stage, scheme, summary, identity } = this.asked;
    const document = {
      ...{ document: 'parley-signing-request', version: 1, request: this.requestId, stage, scheme, identity },
      ...{ bytes: this.bytes, digest: this.digest, summary, expiresAt: new Date(this.expiresMs).toISOString() },
      answer: 'submitSignature(input: {request, signature})',
    };
    const name = `signing-request-${this.requestId}.json`;
    return new DownloadFile(name, hexOf(Buffer.from(`${JSON.stringify(document, null, 2)}\n`)));
  }

  @Field(() => DateTimeScalar)
  get expiresAt(): number {
    return this.expiresMs;
  }
}

const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
