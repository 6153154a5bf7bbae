import { beforeAll, describe, expect, test } from '@jest/globals';
import { Wallet } from 'ethers';
import { openSigners, type Signer } from '../../../../src/keys/index.js';
import { selfSigned } from '../../../support/selfSigned.js';
import type { GraphWorld } from '../world.js';

const VIEWER = `{ viewer { principal { kind name mspId address scopes } can { action resource }
  members { id name } signers { id scheme identity member { id name } } } }`;

const DECIDING = ['propose', 'castVote', 'withdrawProposal', 'executeProposal'];
const JOINING = ['acceptInvitation', 'rejectInvitation', 'leaveNetwork'];

export function viewer(world: () => GraphWorld): void {
  describe('viewer', () => {
    const wallet = Wallet.createRandom();
    let signers: readonly Signer[];
    beforeAll(async () => {
      const mine = { member: 'harvest' };
      const theirs = await selfSigned('P-384');
      signers = openSigners([
        { id: 'harvest-admin', ...mine, kind: 'fabric', mspId: 'Org1MSP', ...(await selfSigned('P-256')) },
        { id: 'harvest-wallet', ...mine, kind: 'ethereum', privateKey: wallet.privateKey.slice(2) },
        { id: 'guest', member: 'Org2MSP', kind: 'fabric', mspId: 'Org2MSP', ...theirs },
      ]);
    });

    test('is the operator on loopback, for the members whose signers there are', async () => {
      const { channel, chain, ask, context } = world();
      const harvest = { id: 'member/harvest', name: 'Harvest Co-op' };
      const guest = { id: 'member/Org2MSP', name: 'Org2MSP' };
      expect(await ask(VIEWER, {}, context({ signers }))).toEqual({
        viewer: {
          principal: { kind: 'ANONYMOUS', name: 'operator on this machine', mspId: null, address: null, scopes: [] },
          can: [
            ...['read', 'sendTransaction', 'sendRawTransaction', ...DECIDING].map((action) => ({
              action,
              resource: chain,
            })),
            ...['read', 'evaluate', 'submit', ...DECIDING, ...JOINING].map((action) => ({ action, resource: channel })),
          ],
          members: [harvest, guest],
          signers: [
            {
              ...{ id: 'harvest-admin', scheme: 'ECDSA_P256_SHA256', member: harvest },
              identity: 'Org1MSP OU=client,CN=P-256',
            },
            { id: 'harvest-wallet', scheme: 'EVM_TRANSACTION', identity: wallet.address, member: harvest },
            { id: 'guest', scheme: 'ECDSA_P384_SHA256', identity: 'Org2MSP OU=client,CN=P-384', member: guest },
          ],
        },
      });
    });

    test('may do nothing with what it does not see', async () => {
      const { channel, context, ask } = world();
      const { viewer: seen } = await ask<{ viewer: { can: { resource: string }[] } }>(
        '{ viewer { can { resource } } }',
        {},
        context({ ledgers: [channel] }),
      );
      expect(new Set(seen.can.map(({ resource }) => resource))).toEqual(new Set([channel]));
    });
  });
}
