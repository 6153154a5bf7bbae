import { common } from '@hyperledger/fabric-protos';
import { policyRule, valueView } from '../../../ledgers/fabric/configuration.js';
import { entriesOf, type ProtoMap } from '../update/groups.js';
import type { Element } from '../update/elements.js';
import { openUpdate } from '../update/openUpdate.js';
import { words } from './words.js';

/**
 * What an update sets, in a line each, from its bytes alone: for a signer who has no configuration to compare with. A group is told with
 * all that it will consist of, so what is not named there goes. Throws `INPUT_INVALID` where the bytes are no update.
 */
export function outlineUpdate(update: Uint8Array): string[] {
  const { channel, delta } = openUpdate(update);
  return [`on channel ${channel}`, ...[...delta.values()].map(line)];
}

/** The same as part of a sentence. */
export function updateInWords(update: Uint8Array): string {
  const [of = '', ...changes] = outlineUpdate(update);
  return `an update ${of} that ${changes.join('; ')}`;
}

function line(element: Element): string {
  const { path, message } = element;
  const who = `may be changed by ${words(message.getModPolicy())}`;
  const version = message.getVersion() === 0 ? 'adds' : 'sets';
  return `${version} ${path}: ${content(element)}; ${who}`;
}

function content(element: Element): string {
  switch (element.kind) {
    case 'VALUE':
      return words(valueView(element.name, element.message.getValue_asU8()));
    case 'POLICY':
      return policyRule(element.message.getPolicy() ?? new common.Policy());
    case 'GROUP': {
      const { message } = element;
      const parts: readonly (readonly [string, ProtoMap<unknown>])[] = [
        ['groups', message.getGroupsMap()],
        ['values', message.getValuesMap()],
        ['policies', message.getPoliciesMap()],
      ];
      return parts.map(([kind, map]) => `${kind} ${words(entriesOf(map).map(([name]) => name))}`).join(', ');
    }
  }
}
