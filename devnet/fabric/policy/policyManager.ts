import { common } from '@hyperledger/fabric-protos';
import type { Identity } from '../msp/msp.js';
import { entriesOf } from '../protoMap.js';
import { combine, layoutsOfPolicy, minimal, type Layout } from './layouts.js';
import { satisfiedBy } from './signaturePolicy.js';

type ImplicitRule = 0 | 1 | 2;
const { ANY, ALL } = common.ImplicitMetaPolicy.Rule;

/** A policy of the channel's configuration. */
export interface Policy {
  /** Null where it is met, else Fabric's text. */
  refuse(identities: readonly Identity[]): string | null;
  layouts(): readonly Layout[];
}

/** The policies of one configuration group and of the groups below it. */
export class PolicyManager {
  private readonly groups: ReadonlyMap<string, PolicyManager>;
  private readonly policies: ReadonlyMap<string, Policy>;

  /** @throws {Error} where a policy is of a type that Fabric does not know */
  constructor(
    readonly path: string,
    group: common.ConfigGroup,
  ) {
    this.groups = new Map(
      entriesOf(group.getGroupsMap()).map(([name, inner]) => [name, new PolicyManager(`${path}/${name}`, inner)]),
    );
    this.policies = new Map(
      entriesOf(group.getPoliciesMap()).map(([name, configPolicy]) => [
        name,
        this.compile(name, configPolicy.getPolicy()),
      ]),
    );
  }

  /** The policy by its absolute path (`/Channel/Application/Writers`) or by its name relative to this group; null where absent. */
  find(name: string): Policy | null {
    if (name.startsWith('/')) {
      const prefix = `${this.path}/`;
      return name.startsWith(prefix) ? this.find(name.slice(prefix.length)) : null;
    }
    const [head, ...rest] = name.split('/');
    if (head === undefined) return null;
    return rest.length === 0
      ? (this.policies.get(head) ?? null)
      : (this.groups.get(head)?.find(rest.join('/')) ?? null);
  }

  group(path: readonly string[]): PolicyManager | null {
    const [head, ...rest] = path;
    return head === undefined ? this : (this.groups.get(head)?.group(rest) ?? null);
  }

  private compile(name: string, policy: common.Policy | undefined): Policy {
    if (policy === undefined) throw new Error(`policy ${name} at path ${this.path} was nil`);
    const bytes = policy.getValue_asU8();
    switch (policy.getType()) {
      case common.Policy.PolicyType.SIGNATURE:
        return signature(common.SignaturePolicyEnvelope.deserializeBinary(bytes));
      case common.Policy.PolicyType.IMPLICIT_META:
        return this.implicit(common.ImplicitMetaPolicy.deserializeBinary(bytes));
      default:
        throw new Error(`policy ${name} at path ${this.path} has unknown policy type: ${policy.getType()}`);
    }
  }

  private implicit(policy: common.ImplicitMetaPolicy): Policy {
    const name = policy.getSubPolicy();
    const inner = [...this.groups.values()].map((manager) => manager.find(name));
    const needed = threshold(policy.getRule(), inner.length);
    return {
      refuse: (identities) => {
        const met = inner.filter((sub) => sub !== null && sub.refuse(identities) === null).length;
        if (met >= needed) return null;
        return `implicit policy evaluation failed - ${met} sub-policies were satisfied, but this policy requires ${needed} of the '${name}' sub-policies to be satisfied`;
      },
      layouts: () =>
        minimal(
          combine(
            needed,
            inner.map((sub) => sub?.layouts() ?? []),
          ),
        ),
    };
  }
}

function signature(policy: common.SignaturePolicyEnvelope): Policy {
  return {
    refuse: (identities) => (satisfiedBy(policy, identities) ? null : 'signature set did not satisfy policy'),
    layouts: () => layoutsOfPolicy(policy),
  };
}

function threshold(rule: ImplicitRule, count: number): number {
  if (count === 0) return 0;
  if (rule === ANY) return 1;
  return rule === ALL ? count : Math.floor(count / 2) + 1;
}
