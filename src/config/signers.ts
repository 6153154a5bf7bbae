import { resolve } from 'node:path';
import { ParleyError } from '../errors/index.js';
import type { SignerConfig } from './config.js';
import { nearest } from './problems.js';
import type { ConfigFile } from './schema.js';
import { readText } from './substitute.js';

type Written = ConfigFile['signers'][number];

/** Signers with their files read in. Errors: CONFIG_INVALID, without the value of a key. */
export const resolveSigners = (directory: string, data: ConfigFile): readonly SignerConfig[] =>
  data.signers.map((signer) => {
    requireMember(signer, data.members);
    return resolveSigner(directory, signer);
  });

function resolveSigner(directory: string, { id, member, fabric, ethereum }: Written): SignerConfig {
  const at = `signers: ${id}`;
  if (ethereum !== undefined)
    return { id, member, kind: 'ethereum', privateKey: ethereum.privateKey.replace(/^0x/, '').toLowerCase() };
  if (fabric?.privateKey === undefined) throw new ParleyError('CONFIG_INVALID', `${at} has no key`);
  return {
    id,
    member,
    kind: 'fabric',
    mspId: fabric.mspId,
    certificatePem: readText(resolve(directory, fabric.certificate), `${at}.fabric.certificate`),
    privateKeyPem: readText(resolve(directory, fabric.privateKey), `${at}.fabric.privateKey`),
  };
}

/** An organisation that no member claims is a member by its MSP id. */
function requireMember({ id, member, fabric }: Written, members: ConfigFile['members']): void {
  const claimed = members.some(({ mspIds }) => mspIds.includes(member));
  if (members.some((one) => one.id === member) || (fabric?.mspId === member && !claimed)) return;
  const ids = members.map((one) => one.id);
  const near = nearest(member, ids);
  throw new ParleyError('CONFIG_INVALID', `signers: ${id} signs for a member that is not configured`, {
    got: member,
    expected: near === null ? 'the id of one of `members`' : `\`${near}\`, or another of \`members\``,
  });
}
