import { orderer, type common } from '@hyperledger/fabric-protos';
import type { ConfigInForce } from '../inForce.js';
import { judgePolicy } from '../policies/judge.js';
import { inputProblem, listed } from '../problem.js';
import { elementsOf } from '../update/elements.js';
import { organizationsOf } from './organizations.js';
import { valueOf } from './parts.js';

/**
 * What no change may do, whoever signs it: make a policy that can never be met or that nobody need meet, give an organisation another MSP
 * id, or change how the channel is ordered. Throws `INPUT_INVALID`.
 */
export function checkNext(before: ConfigInForce, next: ConfigInForce): void {
  checkPolicies(before, next);
  checkMspIds(before.group, next.group);
  const [from, to] = [before, next].map(({ group }) => consensusOf(group));
  if (from !== to)
    throw inputProblem('The change would make the channel be ordered otherwise', {
      got: to,
      expected: from,
      fix: 'Leave the consensus type as it is; Fabric changes it in maintenance only.',
    });
}

function checkPolicies(before: ConfigInForce, next: ConfigInForce): void {
  const paths = [...elementsOf(next.group).values()].flatMap(({ kind, path }) => (kind === 'POLICY' ? [path] : []));
  const judged = paths.map((path) => ({ path, now: judgePolicy(next, path, []), was: judgePolicy(before, path, []) }));
  const isNew = (path: string): boolean => elementsOf(before.group).get(`POLICY ${path}`) === undefined;
  const dead = judged.filter(({ path, now, was }) => !now.reachable && (was.reachable || isNew(path)));
  if (dead.length > 0)
    throw inputProblem('The change would leave a policy that nobody can ever meet', {
      got: listed(dead.map(({ path }) => path)),
      expected: 'policies that the channel’s organisations can meet',
      fix: 'Ask for no more than there are; change first what refers to who leaves.',
    });
  const open = judged.filter(({ now, was }) => now.satisfied && !was.satisfied);
  if (open.length > 0)
    throw inputProblem('The change would leave a policy that asks for nobody', {
      got: listed(open.map(({ path }) => path)),
      expected: 'at least one signature',
      fix: 'Ask for at least one.',
    });
}

function checkMspIds(before: common.ConfigGroup, next: common.ConfigGroup): void {
  for (const section of ['Application', 'Orderer'] as const) {
    const known = new Map(organizationsOf(before, section).map(({ name, mspId }) => [name, mspId]));
    for (const { name, mspId } of organizationsOf(next, section)) {
      const was = known.get(name) ?? mspId;
      if (was === mspId) continue;
      throw inputProblem(`The organisation ${name} would get another MSP id`, {
        got: mspId,
        expected: was,
        fix: 'Remove the organisation, and add it by its new id.',
      });
    }
  }
}

function consensusOf(root: common.ConfigGroup): string {
  const group = root.getGroupsMap().get('Orderer');
  return group === undefined ? '' : orderer.ConsensusType.deserializeBinary(valueOf(group, 'ConsensusType')).getType();
}
