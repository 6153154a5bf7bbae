import { common, type msp } from '@hyperledger/fabric-protos';
import { groupAt, readPrincipal, type ConfigNode, type Identity } from '../../../ledgers/fabric/configuration.js';
import type { ConfigInForce } from '../inForce.js';
import { ROOT } from '../update/elements.js';
import { isPrincipal } from './principal.js';

/** Fabric's own policies have two or three levels. */
const MAX_DEPTH = 64;
const { SIGNATURE, IMPLICIT_META } = common.Policy.PolicyType;
const { ANY, ALL } = common.ImplicitMetaPolicy.Rule;

/** Someone whom a policy asks for. `path`: the signature policy that names it. */
export interface Leaf {
  readonly path: string;
  readonly mspId: string | null;
  /** `ADMIN`, `MEMBER` … */
  readonly role: string;
  /** `'Org1MSP.admin'`. */
  readonly text: string;
}

export interface Verdict {
  readonly satisfied: boolean;
  /** Whose signature would still bring it nearer; none where it is satisfied. */
  readonly missing: readonly Leaf[];
  /** False where no signatures of the channel's organisations can ever meet it. */
  readonly reachable: boolean;
}

const REFUSED: Verdict = { satisfied: false, missing: [], reachable: false };

/**
 * Judges a policy of the configuration by its path as Fabric does: an implicit one by those of the groups below it, a signature policy
 * over the signers in their order, each counting once: a gate that is met keeps those it used. A policy that is missing is never met.
 * `signers`: identities valid under the configuration, each once.
 */
export function judgePolicy(config: ConfigInForce, path: string, signers: readonly Identity[]): Verdict {
  const names = path.split('/');
  const name = names.pop() ?? '';
  const [, channel, ...groups] = names;
  const node = `/${channel ?? ''}` === ROOT ? groupAt(config.root, ...groups) : null;
  return node === null ? REFUSED : judgeNamed(config, node, names.join('/'), name, signers);
}

function judgeNamed(
  config: ConfigInForce,
  node: ConfigNode,
  groupPath: string,
  name: string,
  signers: readonly Identity[],
): Verdict {
  const policy = node.policies.get(name)?.policy;
  const bytes = policy?.getValue_asU8() ?? new Uint8Array();
  try {
    if (policy?.getType() === SIGNATURE) {
      const signature = common.SignaturePolicyEnvelope.deserializeBinary(bytes);
      return new SignatureJudge(config, signature, `${groupPath}/${name}`, signers).verdict();
    }
    if (policy?.getType() !== IMPLICIT_META) return REFUSED;
    const meta = common.ImplicitMetaPolicy.deserializeBinary(bytes);
    const inner = [...node.groups].map(([group, below]) =>
      judgeNamed(config, below, `${groupPath}/${group}`, meta.getSubPolicy(), signers),
    );
    return verdictOf(inner, threshold(meta.getRule(), inner.length));
  } catch {
    return REFUSED; // A policy that cannot be read is met by nobody, as on a peer.
  }
}

/** An implicit policy over no groups asks for nobody. */
function threshold(rule: number, count: number): number {
  if (count === 0) return 0;
  if (rule === ANY) return 1;
  return rule === ALL ? count : Math.floor(count / 2) + 1;
}

function verdictOf(inner: readonly Verdict[], needed: number): Verdict {
  const satisfied = inner.filter((one) => one.satisfied).length >= needed;
  return {
    satisfied,
    missing: satisfied ? [] : inner.flatMap((one) => one.missing),
    reachable: inner.filter((one) => one.reachable).length >= needed,
  };
}

interface Found extends Verdict {
  readonly used: ReadonlySet<Identity>;
}

class SignatureJudge {
  private readonly principals: readonly msp.MSPPrincipal[];

  constructor(
    private readonly config: ConfigInForce,
    private readonly policy: common.SignaturePolicyEnvelope,
    private readonly path: string,
    private readonly signers: readonly Identity[],
  ) {
    this.principals = policy.getIdentitiesList();
  }

  verdict(): Verdict {
    const rule = this.policy.getRule();
    if (rule === undefined || this.policy.getVersion() !== 0) return REFUSED;
    const { satisfied, missing, reachable } = this.judge(rule, new Set(), 0);
    return { satisfied, missing, reachable };
  }

  private judge(rule: common.SignaturePolicy, used: ReadonlySet<Identity>, depth: number): Found {
    const gate = rule.getNOutOf();
    if (depth > MAX_DEPTH) return { ...REFUSED, used };
    if (gate === undefined) return this.judgeLeaf(rule.getSignedBy(), used);
    const inner: Found[] = [];
    let taken = used;
    for (const part of gate.getRulesList()) {
      const found = this.judge(part, taken, depth + 1);
      if (found.satisfied) taken = found.used;
      inner.push(found);
    }
    const verdict = verdictOf(inner, gate.getN());
    return { ...verdict, used: verdict.satisfied ? taken : used };
  }

  private judgeLeaf(index: number, used: ReadonlySet<Identity>): Found {
    const principal = this.principals[index];
    if (principal === undefined) return { ...REFUSED, used };
    const { membership } = this.config;
    const signer = this.signers.find((one) => !used.has(one) && isPrincipal(one, principal, membership));
    if (signer !== undefined)
      return { satisfied: true, missing: [], reachable: true, used: new Set([...used, signer]) };
    const { mspId, role, text } = readPrincipal(principal);
    const reachable = mspId !== null && membership.has(mspId);
    return { satisfied: false, missing: reachable ? [{ path: this.path, mspId, role, text }] : [], reachable, used };
  }
}
