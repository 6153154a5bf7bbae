import { requireId, requireText } from '../common/checks.js';
import { votingPolicy, type VotingPolicy } from './votingPolicy.js';

/** What a proposal does once it is approved and executed. */
export type Action =
  | { readonly kind: 'INVITE_MEMBER'; readonly name: string; readonly principal: string }
  | { readonly kind: 'REMOVE_MEMBER'; readonly mspId: string }
  | ({ readonly kind: 'CHANGE_VOTING_POLICY' } & VotingPolicy)
  | { readonly kind: 'TEXT'; readonly text: string };

/** SHA-256 fingerprint of a root certificate in hex, or an Ethereum address. */
const PRINCIPAL_PATTERN = /^([0-9a-f]{64}|0x[0-9a-fA-F]{40})$/;
const MAX_TEXT_CHARACTERS = 10_000;

/** Reads an action from JSON and checks it; unknown members of the JSON are dropped. */
export function parseAction(json: string): Action {
  requireText('action', json, 2, 20_000);
  const input = JSON.parse(json) as Readonly<Record<string, unknown>>;
  switch (input['kind']) {
    case 'INVITE_MEMBER':
      return inviteMember(text(input, 'name'), text(input, 'principal'));
    case 'REMOVE_MEMBER': {
      const mspId = text(input, 'mspId');
      requireId('mspId', mspId);
      return { kind: 'REMOVE_MEMBER', mspId };
    }
    case 'CHANGE_VOTING_POLICY': {
      const policy = votingPolicy(
        number(input, 'threshold'),
        text(input, 'comparator'),
        number(input, 'durationHours'),
      );
      return { kind: 'CHANGE_VOTING_POLICY', ...policy };
    }
    case 'TEXT': {
      const words = text(input, 'text');
      requireText('text', words, 1, MAX_TEXT_CHARACTERS);
      return { kind: 'TEXT', text: words };
    }
    default:
      throw new Error('action.kind is none of INVITE_MEMBER, REMOVE_MEMBER, CHANGE_VOTING_POLICY, TEXT');
  }
}

function inviteMember(name: string, principal: string): Action {
  requireText('name', name, 1, 100);
  if (!PRINCIPAL_PATTERN.test(principal)) {
    throw new Error('principal is neither the SHA-256 fingerprint of a certificate in hex nor an Ethereum address');
  }
  return { kind: 'INVITE_MEMBER', name, principal };
}

function text(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  if (typeof value !== 'string') throw new Error(`action.${name} is not a string`);
  return value;
}

function number(input: Readonly<Record<string, unknown>>, name: string): number {
  const value = input[name];
  if (typeof value !== 'number') throw new Error(`action.${name} is not a number`);
  return value;
}
