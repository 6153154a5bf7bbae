import { organizationGroup } from './changes/organizationGroup.js';
import { readAction } from './changes/readAction.js';

/** Whether `addOrganization` could add an organisation of that definition to a channel. Errors: `INPUT_INVALID`, as it says them. */
export function requireAdmissible(organization: unknown): void {
  const action = readAction({ addOrganization: organization });
  if (action.kind === 'addOrganization') organizationGroup(action.organization, Date.now());
}
