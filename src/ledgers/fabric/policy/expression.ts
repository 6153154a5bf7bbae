import type { common } from '@hyperledger/fabric-protos';
import { nOutOf, rolePrincipal, signaturePolicy, signedBy } from './principals.js';
import { PolicyReader, type ReadPrincipal } from './reader.js';

/** How deep gates may nest: Fabric's own configurations have two or three levels. */
const MAX_DEPTH = 32;

interface Gate {
  readonly required: number;
  readonly parts: readonly (Gate | ReadPrincipal)[];
}

/**
 * Reads an expression of Fabric's policy language: `AND('A.member', OR('B.peer', 'C.admin'))`, `OutOf(2, …)`, gates as And, AND or and.
 * Identities stand in the order in which Fabric's parser meets them, those of inner gates first, and are not deduplicated, so that the
 * bytes are those which Fabric's commands approve. Throws `INPUT_INVALID`, pointing at the character.
 */
export function parsePolicyExpression(text: string): common.SignaturePolicyEnvelope {
  const reader = new PolicyReader(text);
  const gate = readGate(reader, 0);
  reader.end();
  const identities: ReadPrincipal[] = [];
  const rule = ruleOf(gate, identities);
  return signaturePolicy(
    rule,
    identities.map(({ mspId, role }) => rolePrincipal(mspId, role)),
  );
}

function readGate(reader: PolicyReader, depth: number): Gate {
  const start = reader.place();
  const name = reader.gate();
  if (depth >= MAX_DEPTH) reader.fail(start, name, `at most ${MAX_DEPTH} gates in each other`);
  reader.sign('(');
  const count = name === 'OutOf' ? reader.count() : null;
  if (count !== null) reader.sign(',');
  const parts = readParts(reader, depth);
  // As Fabric has it: 0 asks for nobody, one more than there are can never be met, and both are policies.
  if (count !== null && count.value > parts.length + 1)
    reader.fail(count.at, String(count.value), `a number of at most ${parts.length}, as many as follow`);
  return { required: count?.value ?? (name === 'And' ? parts.length : 1), parts };
}

function readParts(reader: PolicyReader, depth: number): (Gate | ReadPrincipal)[] {
  const parts: (Gate | ReadPrincipal)[] = [];
  do parts.push(reader.atQuote() ? reader.principal() : readGate(reader, depth + 1));
  while (reader.more());
  return parts;
}

function ruleOf(gate: Gate, identities: ReadPrincipal[]): common.SignaturePolicy {
  const inner = gate.parts.map((part) => ('parts' in part ? ruleOf(part, identities) : part));
  return nOutOf(
    gate.required,
    inner.map((part) => ('mspId' in part ? signedBy(identities.push(part) - 1) : part)),
  );
}
