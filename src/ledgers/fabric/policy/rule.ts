import { common } from '@hyperledger/fabric-protos';
import { parsePolicyExpression } from './expression.js';
import { policyProblem } from './problem.js';
import { MAX_POLICY_LENGTH } from './reader.js';

const { SIGNATURE, IMPLICIT_META } = common.Policy.PolicyType;
const RULES = common.ImplicitMetaPolicy.Rule;

/**
 * A policy of a channel's configuration from its text: `ANY Readers`, `ALL Writers`, `MAJORITY Admins`, or an expression. What
 * `policyRule` prints of the result reads as the same. Throws `INPUT_INVALID`, pointing at the character.
 */
export function parsePolicyRule(text: string): common.Policy {
  const implicit = /^\s*(?:ANY|ALL|MAJORITY)\b/i.test(text.slice(0, MAX_POLICY_LENGTH));
  const policy = new common.Policy();
  policy.setType(implicit ? IMPLICIT_META : SIGNATURE);
  policy.setValue((implicit ? parseImplicit(text) : parsePolicyExpression(text)).serializeBinary());
  return policy;
}

function parseImplicit(text: string): common.ImplicitMetaPolicy {
  const [all = '', rule = '', name = ''] = /^\s*([A-Za-z]+)(?:\s+([A-Za-z0-9.-]{0,249}))?\s*/.exec(text) ?? [];
  const start = text.indexOf(rule);
  if (!isRule(rule)) throw policyProblem(text, start, `"${rule}"`, 'ANY, ALL or MAJORITY, in capitals');
  if (name === '') throw policyProblem(text, all.length, 'no name', 'the name of the policy of the groups below');
  if (all.length < text.length) throw policyProblem(text, all.length, `"${text[all.length]}"`, 'the end');
  const policy = new common.ImplicitMetaPolicy();
  policy.setRule(RULES[rule]);
  policy.setSubPolicy(name);
  return policy;
}

const isRule = (word: string): word is keyof typeof RULES => word in RULES;
