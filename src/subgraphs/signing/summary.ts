import { X509Certificate } from 'node:crypto';
import type { EvaluateRequest, FabricCreator, FabricLedger } from '../../ledgers/ledger.js';
import { utf8 } from '../text.js';

const MAX_SHOWN = 60;
const MAX_ARGUMENTS_SHOWN = 10;

/** A proposal in words. Names of transient data are told, their values never. */
export function proposalSummary(
  { name }: Pick<FabricLedger, 'name'>,
  request: EvaluateRequest,
  creator: FabricCreator,
): string {
  const called = [request.contract, request.function].filter((part) => part !== null).join(':');
  const transient = Object.keys(request.transient).map(quoted);
  const named = request.endorsingOrganizations.map(quoted);
  return [
    `Ask for endorsement of ${callText(called, request.arguments)} of chaincode ${quoted(request.chaincode)}`,
    ` on channel ${quoted(name)}, as ${whoIs(creator)}`,
    transient.length === 0 ? '' : `, with transient data ${transient.join(', ')}`,
    named.length === 0 ? '' : `, endorsed by ${named.join(', ')}`,
    '. Nothing is submitted yet.',
  ].join('');
}

/** An endorsed transaction in words, read from its bytes. */
export function transactionSummary(ledger: FabricLedger, bytes: Uint8Array, creator: FabricCreator): string {
  const { detail } = ledger.inspect(bytes);
  const args = detail.arguments.map((argument) => Buffer.from(argument, 'base64'));
  const endorsers = [...new Set(detail.endorsements.map(({ mspId }) => quoted(mspId)))];
  const answer = Buffer.from(detail.response?.payload ?? '', 'base64');
  return [
    `Submit ${callText(detail.function ?? '', args)} of chaincode ${quoted(detail.chaincode?.name ?? '')}`,
    ` on channel ${quoted(ledger.name)}, as ${whoIs(creator)}: endorsed by ${endorsers.join(', ')}`,
    `, ${counted(detail.writes.length, 'key')} and ${counted(detail.privateWrites.length, 'private key')} written`,
    answer.length === 0 ? '' : `, answering ${shown(answer)}`,
    '.',
  ].join('');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function callText(called: string, args: readonly Uint8Array[]): string {
  const more = args.length - MAX_ARGUMENTS_SHOWN;
  const texts = args.slice(0, MAX_ARGUMENTS_SHOWN).map(shown);
  return `${plain(called)}(${[...texts, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')})`;
}

function whoIs({ mspId, certificate }: FabricCreator): string {
  const subject = new X509Certificate(certificate).subject.split('\n').join(', ');
  return `${quoted(mspId)} (${plain(subject)})`;
}

function shown(bytes: Uint8Array): string {
  const text = utf8(bytes);
  if (text !== null) return quoted(text);
  const hex = Buffer.from(bytes).toString('hex');
  return hex.length <= MAX_SHOWN ? `0x${hex}` : `0x${hex.slice(0, MAX_SHOWN)}… (${bytes.length} bytes)`;
}

const quoted = (text: string): string => `“${plain(text)}”`;

/** Nothing in it can pass for the words around it: no control, no change of direction, no closing quote. */
function plain(text: string): string {
  const safe = text.replace(/[\p{C}\p{Zl}\p{Zp}“”]/gu, '�');
  return safe.length <= MAX_SHOWN ? safe : `${safe.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
}
