import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AmbAdministrator } from '../governance/amb/index.js';

const USERNAME = 'admin';
const RANDOM_BYTES = 18;

/**
 * The administrator of the member that an invitation at Amazon becomes. Amazon wants a password when the member is made, tells it to nobody
 * again, and whoever enrols the member's identities needs it: so it is made here and kept in a file beside the configuration, for its owner
 * alone, before Amazon is asked. Asked again it is the same.
 */
export async function keptAdministrator(configFile: string, invitation: string): Promise<AmbAdministrator> {
  const file = join(dirname(configFile), `amb-${invitation.replaceAll(/[^A-Za-z0-9-]/g, '')}.json`);
  // Amazon wants an upper-case letter, a lower-case one and a digit, and none of its special signs is in base64url.
  const made = { invitation, username: USERNAME, password: `Aa1${randomBytes(RANDOM_BYTES).toString('base64url')}` };
  try {
    await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { username, password } = JSON.parse(await readFile(file, 'utf8')) as AmbAdministrator;
    return { username, password };
  }
}
