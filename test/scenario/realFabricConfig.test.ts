import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { credentials } from '@grpc/grpc-js';
import { common, orderer } from '@hyperledger/fabric-protos';
import { createAuthority, type Authority } from '../../devnet/fabric/material/authority.js';
import type { KeyPair } from '../../devnet/fabric/ports.js';
import { requireFabricPrograms, startRealNetwork, type RealNetwork } from '../../devnet/realFabric/index.js';
import type { FabricConfigAction, OrganizationDefinition } from '../../src/governance/fabricConfig/changes/action.js';
import { prepareUpdate } from '../../src/governance/fabricConfig/changes/prepareUpdate.js';
import { openConfigBlock, type ConfigInForce } from '../../src/governance/fabricConfig/inForce.js';
import { evaluate } from '../../src/governance/fabricConfig/policies/evaluate.js';
import {
  configSignature,
  configSignatureBytes,
  NONCE_BYTES,
  signatureHeader,
  updateEnvelope,
  updatePayload,
} from '../../src/governance/fabricConfig/signatures/envelope.js';
import { verifySignature } from '../../src/governance/fabricConfig/signatures/verifySignature.js';
import { createFabricLedger } from '../../src/ledgers/fabric/index.js';
import { withLowS } from '../../src/ledgers/fabric/identities/signature.js';
import type { FabricLedger } from '../../src/ledgers/ledger.js';
import { fabricLedgerOptions } from '../support/fabricLedgers.js';

const { FABRIC_BIN_DIR, PATH } = process.env;
const CHANNEL = 'trade';

interface Admin {
  readonly mspId: string;
  readonly keys: KeyPair;
}

describe.each(['RAFT', 'BFT'] as const)('configuration updates on real %s nodes', (consensus) => {
  let directory: string;
  let network: RealNetwork;
  let ledger: FabricLedger;
  const closing: (() => Promise<void>)[] = [];
  let org4: Authority;
  const admins: Admin[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'parley-fabric-'));
    const programs = requireFabricPrograms({ FABRIC_BIN_DIR, PATH });
    const organizations = ['HarvestMSP', 'MeridianMSP', 'NorthwindMSP'];
    network = await startRealNetwork(programs, { directory, channels: [{ name: CHANNEL, consensus, organizations }] });
    closing.push(() => network.close());
    ledger = await createFabricLedger(fabricLedgerOptions(network, CHANNEL, 'HarvestMSP'));
    closing.unshift(() => ledger.close());
    org4 = await createAuthority('ca.org4', 'Org4');
    for (const { mspId, users } of [...network.organizations, ...network.orderingOrganizations])
      if (users['admin'] !== undefined) admins.push({ mspId, keys: users['admin'] });
    admins.push({
      mspId: 'Org4MSP',
      keys: await org4.issue({ commonName: 'admin', organization: 'Org4', unit: 'admin' }),
    });
  }, 120_000);

  afterAll(async () => {
    for (const close of closing) await close();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  async function inForce(): Promise<ConfigInForce> {
    const { number } = await ledger.head();
    const { config } = await ledger.seed(number + 1);
    return openConfigBlock(config?.bytes ?? new Uint8Array());
  }

  /** Signed as another tool would: r‖s, whichever S. */
  function signedBy({ mspId, keys }: Admin, update: Uint8Array): Uint8Array {
    const header = signatureHeader({ mspId, certificate: keys.certificatePem }, randomBytes(NONCE_BYTES));
    const key = createPrivateKey(keys.privateKeyPem);
    const { bytes } = configSignatureBytes(header, update);
    return configSignature(header, sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }));
  }

  async function broadcast(update: Uint8Array, signatures: readonly Uint8Array[]): Promise<string> {
    const [submitter] = admins;
    const [ordering] = network.orderingOrganizations;
    if (submitter === undefined || ordering === undefined) throw new Error('Nobody submits, or nobody orders');
    const creator = { mspId: submitter.mspId, certificate: submitter.keys.certificatePem };
    const header = signatureHeader(creator, randomBytes(NONCE_BYTES));
    const { bytes } = updatePayload({ channel: CHANNEL, update, signatures, header, atMs: Date.now() });
    const signature = withLowS(sign('sha256', bytes, createPrivateKey(submitter.keys.privateKeyPem)), 'prime256v1');
    const tls = credentials.createSsl(Buffer.from(ordering.tlsRootCertificatePem));
    const client = new orderer.AtomicBroadcastClient(ordering.ordererEndpoint, tls);
    try {
      const stream = client.broadcast({ deadline: Date.now() + 20_000 });
      stream.write(common.Envelope.deserializeBinary(updateEnvelope(bytes, signature)));
      stream.end();
      for await (const answer of stream as AsyncIterable<orderer.BroadcastResponse>)
        return `${answer.getStatus()} ${answer.getInfo()}`.trim();
      throw new Error('The orderer said nothing');
    } finally {
      client.close();
    }
  }

  /** Collects what the update needs, one signature less is refused, all are taken, and what follows is what was promised. */
  async function carriedOut(action: FabricConfigAction): Promise<string[]> {
    const config = await inForce();
    const { update, next } = prepareUpdate(config, action, Date.now());
    const collected: Uint8Array[] = [];
    const signers: string[] = [];
    for (const admin of admins) {
      const taken = verifySignature(config, update, signedBy(admin, update), collected, Date.now());
      if (!taken.valid) continue;
      collected.push(taken.signature);
      signers.push(admin.mspId);
    }
    expect(evaluate(config, update, collected, Date.now())).toMatchObject({ satisfied: true, missingMembers: [] });
    expect(await broadcast(update, collected.slice(1))).toMatch(/^400 /);
    const before = (await ledger.head()).number;
    expect(await broadcast(update, collected)).toBe('200');
    const deadline = Date.now() + 20_000;
    while ((await ledger.head()).number === before && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 50));
    const now = await inForce();
    expect(now.sequence).toBe(next.sequence);
    expect(Buffer.from(now.group.serializeBinary()).equals(next.group.serializeBinary())).toBe(true);
    return signers;
  }

  const definition = (changed: Partial<OrganizationDefinition> = {}): OrganizationDefinition => ({
    mspId: 'Org4MSP',
    rootCertificates: [org4.keys.certificatePem],
    intermediateCertificates: null,
    admins: null,
    tlsRootCertificates: [org4.keys.certificatePem],
    nodeOUs: true,
    anchorPeers: null,
    ...changed,
  });

  test('an organisation comes, sets its anchor peer, certifies itself anew, and goes', async () => {
    expect(await carriedOut({ kind: 'addOrganization', organization: definition() })).toHaveLength(2);
    const anchorPeers = [{ host: 'peer0.org4.example.com', port: 7051 }];
    expect(await carriedOut({ kind: 'setAnchorPeers', mspId: 'Org4MSP', anchorPeers })).toEqual(['Org4MSP']);
    const more = await createAuthority('ca2.org4', 'Org4');
    const rootCertificates = [org4.keys.certificatePem, more.keys.certificatePem];
    const organization = definition({ rootCertificates, anchorPeers: [] });
    expect(await carriedOut({ kind: 'updateOrganization', organization })).toEqual(['Org4MSP']);
    expect(await carriedOut({ kind: 'removeOrganization', mspId: 'Org4MSP' })).toHaveLength(3);
  }, 60_000);

  test('an organisation whose admins are named comes, without NodeOUs', async () => {
    const admin = admins.at(-1)?.keys.certificatePem ?? '';
    const organization = definition({ mspId: 'Org5MSP', nodeOUs: false, admins: [admin] });
    expect(await carriedOut({ kind: 'addOrganization', organization })).toHaveLength(2);
    expect(await carriedOut({ kind: 'removeOrganization', mspId: 'Org5MSP' })).toHaveLength(3);
  }, 60_000);

  test('policies, capabilities and, by the admins of the orderers, batches change', async () => {
    const path = '/Channel/Application/Endorsement';
    const rule = "OutOf(2,'HarvestMSP.peer','MeridianMSP.peer',OR('NorthwindMSP.peer','NorthwindMSP.admin'))";
    expect(await carriedOut({ kind: 'setPolicy', path, rule })).toHaveLength(2);
    expect(await carriedOut({ kind: 'setPolicy', path, rule: 'MAJORITY Endorsement' })).toHaveLength(2);
    expect(await carriedOut({ kind: 'setCapabilities', group: 'Application', capabilities: ['V2_0'] })).toHaveLength(2);
    const batch = { timeoutMs: 1_500, maxMessageCount: 7, absoluteMaxBytes: 1_000_000, preferredMaxBytes: 1_000_000 };
    const ordering = consensus === 'RAFT' ? 1 : 3;
    const signers = await carriedOut({ kind: 'setBatch', batch });
    expect(signers).toHaveLength(ordering);
  }, 60_000);
});
