import { X509Certificate } from 'node:crypto';
import type { Config, LedgerConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import type { AnyLedger } from '../ledgers/ledger.js';
import { openStore } from '../store/index.js';
import { openLedger } from './ledgers.js';

/** One thing that was tried. */
export interface Finding {
  readonly kind: 'ok' | 'warning' | 'problem';
  readonly subject: string;
  readonly text: string;
  readonly fix: string | null;
}

const EXPIRES_SOON_MS = 30 * 24 * 3_600_000;
const ANSWER_WITHIN_MS = 10_000;

/** Tries everything that a configuration names: the store, each certificate, each endpoint, each channel and chain. */
export async function* diagnose(config: Config): AsyncGenerator<Finding> {
  yield* attempt('store', () => checkStore(config.store.url));
  for (const ledger of config.ledgers) {
    if (ledger.kind === 'fabric')
      yield* attempt(`${ledger.name} identity`, () => Promise.resolve(checkIdentity(ledger.identity, Date.now())));
    yield* attempt(ledger.name, () => checkLedger(ledger));
  }
}

async function* attempt(
  subject: string,
  check: () => Promise<readonly Omit<Finding, 'subject'>[]>,
): AsyncGenerator<Finding> {
  try {
    for (const finding of await check()) yield { subject, ...finding };
  } catch (error) {
    const known = error instanceof ParleyError;
    yield { kind: 'problem', subject, text: known ? error.what : String(error), fix: known ? error.fix : null };
  }
}

const ok = (text: string): Omit<Finding, 'subject'> => ({ kind: 'ok', text, fix: null });

async function checkStore(url: string): Promise<readonly Omit<Finding, 'subject'>[]> {
  const store = await openStore(url);
  try {
    const problems = await store.integrity();
    if (problems.length > 0)
      return problems.map((text) => ({
        kind: 'problem',
        text,
        fix: 'Run `parley rebuild`, or start with a new store.',
      }));
    return [ok(`opens and is whole (${url.split(':')[0] ?? ''})`)];
  } finally {
    await store.close();
  }
}

function checkIdentity(
  identity: { readonly mspId: string; readonly certificatePem: string },
  now: number,
): readonly Omit<Finding, 'subject'>[] {
  const certificate = new X509Certificate(identity.certificatePem);
  const until = Date.parse(certificate.validTo);
  const text = `${identity.mspId}, ${certificate.subject.replaceAll('\n', ', ')}, valid until ${new Date(until).toISOString()}`;
  if (until < now)
    return [
      { kind: 'problem', text: `${text}: expired`, fix: 'Enrol again and put the new certificate and key in place.' },
    ];
  if (until - now < EXPIRES_SOON_MS)
    return [{ kind: 'warning', text: `${text}: expires soon`, fix: 'Enrol again before then.' }];
  return [ok(text)];
}

async function checkLedger(config: LedgerConfig): Promise<readonly Omit<Finding, 'subject'>[]> {
  const ledger = await openLedger(config, []);
  try {
    return [...(await checkEndpoints(ledger)), ...(await checkReading(ledger))];
  } finally {
    await ledger.close();
  }
}

async function checkEndpoints(ledger: AnyLedger): Promise<readonly Omit<Finding, 'subject'>[]> {
  const reports = await ledger.endpoints(AbortSignal.timeout(ANSWER_WITHIN_MS));
  const working = reports.filter(({ problem }) => problem === null).length;
  return reports.map((report) => {
    const name = `${report.role.toLowerCase().replace('_', ' ')} ${report.endpoint}${report.operator === null ? '' : ` of ${report.operator}`}`;
    if (report.problem === null)
      return ok(`${name} answers${report.height === null ? '' : ` at block ${report.height}`}`);
    return {
      kind: working > 0 ? 'warning' : 'problem',
      text: `${name}: ${report.problem}`,
      fix: 'Start the node, or correct its address or certificate.',
    };
  });
}

async function checkReading(ledger: AnyLedger): Promise<readonly Omit<Finding, 'subject'>[]> {
  const head = await ledger.head(AbortSignal.timeout(ANSWER_WITHIN_MS));
  const block = await ledger.block(Math.max(ledger.startBlock, 0), AbortSignal.timeout(ANSWER_WITHIN_MS));
  if (block === null)
    return [
      {
        kind: 'warning',
        text: `has no block ${ledger.startBlock} yet (head ${head.number})`,
        fix: 'Lower `startBlock`, or wait.',
      },
    ];
  return [ok(`${ledger.id} may be read from block ${block.number} to ${head.number}`)];
}
