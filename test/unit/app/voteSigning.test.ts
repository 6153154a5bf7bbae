import { beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes, X509Certificate, verify } from 'node:crypto';
import { recoverAddress, Transaction, verifyMessage, Wallet } from 'ethers';
import { openRequest } from '../../../src/app/index.js';
import { acceptanceBytes, eip191Digest } from '../../../src/governance/consortium/acceptance.js';
import { ballotOf, canonicalText, digestOf } from '../../../src/governance/governor/ballot.js';
import {
  configSignatureBytes,
  signatureHeader,
  updatePayload,
} from '../../../src/governance/fabricConfig/signatures/envelope.js';
import { propose } from '../../../src/ledgers/fabric/live/proposal.js';
import { normalizedSignature } from '../../../src/ledgers/fabric/identities/signature.js';
import { SigningRequest, type ToBeSigned } from '../../../src/subgraphs/signing/request.js';
import { common } from '@hyperledger/fabric-protos';
import { readTransaction } from '../../../src/ledgers/fabric/index.js';
import { decodeRecorded, recordedBlocks } from '../ledgers/fabric/recorded.js';
import { selfSigned, type SelfSigned } from '../../support/selfSigned.js';
import { recordedUpdate } from '../governance/fabricConfig/recorded.js';

const MSP = 'HarvestMSP';
const LATER = Date.now() + 60_000;
const wallet = new Wallet(`0x${'11'.repeat(32)}`);
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

let keys: Record<'P-256' | 'P-384' | 'Ed25519', SelfSigned>;
beforeAll(async () => {
  keys = {
    'P-256': await selfSigned('P-256'),
    'P-384': await selfSigned('P-384'),
    Ed25519: await selfSigned('Ed25519'),
  };
});

/** The file of a request, as `prepare` gives it. */
function fileOf(asked: ToBeSigned, expiresMs = LATER): string {
  const { content } = new SigningRequest('abc', asked, expiresMs).file;
  return Buffer.from(content.slice(2), 'hex').toString('utf8');
}
const open = (asked: ToBeSigned, abi: readonly unknown[] = []) => openRequest(fileOf(asked), abi, Date.now());

function asked(stage: ToBeSigned['stage'], bytes: Uint8Array, facts: Partial<ToBeSigned> = {}): ToBeSigned {
  const identity = { mspId: MSP, certificate: keys['P-256'].certificatePem };
  const scheme = 'ECDSA_P256_SHA256' as const;
  return { stage, bytes, digest: sha256(bytes), scheme, summary: 'Something.', identity, ...facts };
}

function proposal(one: SelfSigned, args: readonly string[] = ['prop-1', 'YES', 'because']): Uint8Array {
  const request = {
    ...{ chaincode: 'consortium', contract: null, function: 'CastVote', transient: {}, endorsingOrganizations: [] },
    arguments: args.map((text) => Buffer.from(text)),
  };
  return propose('trade', request, { mspId: MSP, certificate: one.certificatePem }).bytes;
}

describe('a chaincode proposal', () => {
  test.each(['P-256', 'P-384', 'Ed25519'] as const)('is shown and signed with %s', async (kind) => {
    const one = keys[kind];
    const bytes = proposal(one);
    const request = open(
      asked('FABRIC_PROPOSAL', bytes, { identity: { mspId: MSP, certificate: one.certificatePem } }),
    );
    const text = request.lines.join('\n');
    for (const part of ['“trade”', MSP, 'CastVote', '“consortium”', '“prop-1”', '“YES”', '“because”'])
      expect(text).toContain(part);
    const signature = Buffer.from((await request.sign(one.privateKeyPem)).slice(2), 'hex');
    const { publicKey } = new X509Certificate(one.certificatePem);
    expect(normalizedSignature(publicKey, bytes, signature)).toEqual(new Uint8Array(signature));
    expect(verify(kind === 'Ed25519' ? null : 'sha256', bytes, publicKey, signature)).toBe(true);
  });

  test('says what the server’s summary leaves out', () => {
    const summary = `Ask for endorsement of CastVote("prop-1", "NO") of chaincode consortium as ${MSP}`;
    const { warnings } = open(asked('FABRIC_PROPOSAL', proposal(keys['P-256']), { summary }));
    expect(warnings).toEqual([
      'The server’s summary does not say “YES”, which the bytes do.',
      'The server’s summary does not say “because”, which the bytes do.',
    ]);
  });

  test('of other bytes than its digest, of another signer, with another key or none is refused', async () => {
    const bytes = proposal(keys['P-256']);
    const other = asked('FABRIC_PROPOSAL', bytes, { digest: sha256(Buffer.from('other')) });
    expect(() => open(other)).toThrow('The digest in the file is not that of its bytes');
    const identity = { mspId: 'MeridianMSP', certificate: keys['P-256'].certificatePem };
    expect(() => open(asked('FABRIC_PROPOSAL', bytes, { identity }))).toThrow('another signer than the file');
    const request = open(asked('FABRIC_PROPOSAL', bytes));
    await expect(request.sign((await selfSigned('P-256')).privateKeyPem)).rejects.toThrow('not that of whom');
    await expect(request.sign('no key')).rejects.toThrow('The key cannot be read');
  });

  test('that is none, or hides a field, is refused', () => {
    const bytes = proposal(keys['P-256']);
    for (const hidden of [
      randomBytes(200),
      Buffer.concat([bytes, Buffer.from([0x7a, 0x01, 0x41])]),
      bytes.subarray(0, 90),
    ])
      expect(() => open(asked('FABRIC_PROPOSAL', hidden))).toThrow('that can be shown');
    expect(() => open(asked('FABRIC_CONFIG_UPDATE', bytes))).toThrow();
    expect(() => open(asked('ACCEPTANCE', bytes))).toThrow('no answer to an invitation');
  });

  test('that expired is said to be', () => {
    const { warnings } = openRequest(fileOf(asked('FABRIC_PROPOSAL', proposal(keys['P-256'])), 1_000), [], Date.now());
    expect(warnings.some((text) => text.includes('expired at 1970-01-01'))).toBe(true);
  });
});

describe('an update of a channel’s configuration', () => {
  test('is outlined from its bytes and signed, as a signature over header and update', async () => {
    const { update } = recordedUpdate(37);
    const one = keys['P-256'];
    const header = signatureHeader({ mspId: MSP, certificate: one.certificatePem }, randomBytes(24));
    const { bytes, digest } = configSignatureBytes(header, update);
    const request = open(asked('FABRIC_CONFIG_UPDATE', bytes, { digest }));
    expect(request.lines.join('\n')).toContain('Org3MSP');
    const signature = Buffer.from((await request.sign(one.privateKeyPem)).slice(2), 'hex');
    expect(verify('sha256', bytes, new X509Certificate(one.certificatePem).publicKey, signature)).toBe(true);
  });

  test('in its envelope is outlined with those who signed it', async () => {
    const { update, signatures, payload } = recordedUpdate(37);
    const one = keys['P-256'];
    const header = signatureHeader({ mspId: MSP, certificate: one.certificatePem }, randomBytes(24));
    const own = updatePayload({ channel: 'trade', update, signatures, header, atMs: 1_000 });
    const request = open(asked('FABRIC_ENVELOPE', own.bytes));
    expect(request.lines.join('\n')).toMatch(/Give to ordering, as HarvestMSP[^]*Org3MSP[^]*Signed so far by Org\dMSP/);
    const signature = Buffer.from((await request.sign(one.privateKeyPem)).slice(2), 'hex');
    expect(verify('sha256', own.bytes, new X509Certificate(one.certificatePem).publicKey, signature)).toBe(true);
    // The recorded one names its own submitter.
    expect(() => open(asked('FABRIC_ENVELOPE', payload))).toThrow('another signer than the file');
  });
});

describe('an acceptance', () => {
  const definition = (certificate: string) => ({
    ...{
      accounts: [],
      admins: [],
      anchorPeers: [],
      intermediateCertificates: [],
      mspId: 'NewMSP',
      name: 'New Harbour',
    },
    ...{ nodeOUs: true, rootCertificates: [certificate], tlsRootCertificates: [] },
  });

  test('shows the organisation that it defines, and is signed by certificate or by wallet', async () => {
    const bytes = acceptanceBytes('harbour', 'inv-1', definition(keys['P-256'].certificatePem));
    const request = open(asked('ACCEPTANCE', bytes));
    const text = request.lines.join('\n');
    for (const part of ['Accept', '“inv-1”', '“harbour”', '“NewMSP”', 'CN=P-256', 'SHA-256'])
      expect(text).toContain(part);
    expect(request.warnings[0]).toContain('New Harbour');
    const identity = { address: wallet.address };
    const scheme = 'EIP191' as never;
    const byWallet = open(asked('ACCEPTANCE', bytes, { identity, scheme, digest: eip191Digest(bytes) }));
    expect(verifyMessage(bytes, await byWallet.sign(wallet.privateKey))).toBe(wallet.address);
    await expect(byWallet.sign(`0x${'22'.repeat(32)}`)).rejects.toThrow('not that of whom');
  });

  test('with a name that stands twice is refused', () => {
    const text =
      'parley-consortium/accept-invitation/v1\n{"definition":{},"invitationId":"a","invitationId":"b","networkId":"n"}';
    expect(() => open(asked('ACCEPTANCE', Buffer.from(text)))).toThrow('no answer to an invitation');
  });
});

describe('what wallets sign', () => {
  test('a ballot is shown with governor and chain, and signed under EIP-712', async () => {
    const domain = { name: 'Harbour', version: '1', chainId: '31337', verifyingContract: wallet.address };
    const ballot = ballotOf(domain, { proposalId: '77', support: 1, voter: wallet.address, nonce: 0n, reason: 'good' });
    const bytes = Buffer.from(canonicalText(ballot));
    const identity = { address: wallet.address };
    const request = open(asked('BALLOT', bytes, { identity, digest: digestOf(ballot), scheme: 'EIP712' as never }));
    expect(request.lines.join('\n')).toMatch(/Vote “for” on proposal 77[^]*31337/);
    expect(recoverAddress(digestOf(ballot), await request.sign(wallet.privateKey))).toBe(wallet.address);
  });

  test('a transaction is shown with its call, and becomes a raw transaction; an unknown call needs its ABI', async () => {
    const unsigned = (data: string): { bytes: Buffer; digest: Buffer } => {
      const one = Transaction.from({
        ...{ type: 2, chainId: 31337, nonce: 4, to: wallet.address, data, value: 0, gasLimit: 90_000 },
        ...{ maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n },
      });
      const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex');
      return { bytes: bytesOf(one.unsignedSerialized), digest: bytesOf(one.unsignedHash) };
    };
    const vote = unsigned(`0x56781388${'4d'.padStart(64, '0')}${'1'.padStart(64, '0')}`);
    const facts = { identity: { address: wallet.address }, scheme: 'EVM_TRANSACTION' as const };
    const request = open(asked('EVM_TRANSACTION', vote.bytes, { ...facts, digest: vote.digest }));
    expect(request.lines.join('\n')).toMatch(/castVote\(uint256,uint8\)[^]*proposalId: "77"[^]*support: "1"/);
    const raw = Transaction.from(await request.sign(wallet.privateKey));
    expect([raw.from, raw.unsignedSerialized]).toEqual([wallet.address, `0x${vote.bytes.toString('hex')}`]);

    const other = unsigned('0xdeadbeef');
    const unknown = asked('EVM_TRANSACTION', other.bytes, { ...facts, digest: other.digest });
    expect(() => open(unknown)).toThrow('no transaction that can be shown');
    const hello = unsigned(`0x19ff1d21`);
    const named = asked('EVM_TRANSACTION', hello.bytes, { ...facts, digest: hello.digest });
    expect(open(named, ['function hello()']).lines.join('\n')).toContain('hello()');
  });
});

describe('a vote on a chaincode’s definition', () => {
  test('is shown as what it defines, not as bytes', () => {
    const [, , , approval] = decodeRecorded(recordedBlocks.slice(0, 4));
    const detail = approval?.transactions[0]?.detail;
    if (detail?.kind !== 'fabric') throw new Error('no approval is recorded');
    const request = {
      ...{ chaincode: '_lifecycle', contract: null, function: 'ApproveChaincodeDefinitionForMyOrg', transient: {} },
      ...{ arguments: detail.arguments.map((one) => Buffer.from(one, 'base64')), endorsingOrganizations: [] },
    };
    const { certificatePem: certificate } = keys['P-256'];
    const { bytes } = propose('trade', request, { mspId: MSP, certificate });
    const text = open(asked('FABRIC_PROPOSAL', bytes)).lines.join('\n');
    expect(text).toContain('Approve for your organisation the definition of chaincode “assets”: sequence 1');
    expect(text).toMatch(/endorsement policy: \S+[^]*digest of the definition: [0-9a-f]{64}/);
    const other = propose('trade', { ...request, function: 'Other' }, { mspId: MSP, certificate });
    expect(() => open(asked('FABRIC_PROPOSAL', other.bytes))).toThrow('that can be shown');
  });

  test('endorsed, is shown with who endorsed it and what it writes', () => {
    // The recording’s own transaction: its creator is not this request’s, which is found only once all of it was read.
    const { payload } = recordedTransaction(3);
    expect(() => open(asked('FABRIC_TRANSACTION', payload))).toThrow('another signer than the file');
    const text = readTransaction(payload).lines.join('\n');
    expect(text).toMatch(/Submit to channel “trade”, as Org1MSP[^]*Endorsed by Org1MSP \(CN=[^]*Writes/);
    expect(() => readTransaction(payload.subarray(0, payload.length - 1))).toThrow('that can be shown');
  });
});

function recordedTransaction(number: number): { readonly payload: Uint8Array } {
  const block = common.Block.deserializeBinary(recordedBlocks[number]?.bytes ?? new Uint8Array(0));
  const [envelope = new Uint8Array(0)] = block.getData()?.getDataList_asU8() ?? [];
  return { payload: common.Envelope.deserializeBinary(envelope).getPayload_asU8() };
}
