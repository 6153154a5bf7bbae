import { X509Certificate } from 'node:crypto';
import type { Config, LedgerConfig, MemberConfig, SignerConfig } from '../config/index.js';
import { catalogue, ParleyError } from '../errors/index.js';
import { checkOwner, checkSigner } from '../keys/index.js';
import type { AnyLedger, EndpointReport } from '../ledgers/ledger.js';
import { pause } from '../lib/pause.js';
import type { BlockRef } from '../model/block.js';
import { openStore } from '../store/index.js';
import type { LedgerDeclaration } from '../store/store.js';
import { checkNetwork } from './diagnoseAmb.js';
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
const MEMBERSHIP_ROUNDS = 4;
const BETWEEN_ROUNDS_MS = 500;

/** Tries everything that a configuration names: the store, each certificate, each endpoint, each channel and chain, each signer. */
export async function* diagnose(
  config: Pick<Config, 'store' | 'ledgers' | 'signers'> & Partial<Pick<Config, 'members' | 'amb'>>,
): AsyncGenerator<Finding> {
  const stored = yield* attempt('store', () => checkStore(config.store.url));
  for (const ledger of config.ledgers) {
    if (ledger.kind === 'fabric')
      yield* attempt(`${ledger.name} identity`, () => Promise.resolve(checkIdentity(ledger.identity, Date.now())));
    const reads = yield* attempt(ledger.name, () => checkLedger(ledger));
    // What neither side can be asked about is not reported twice.
    if (stored && reads) yield* attempt(`${ledger.name} index`, () => checkIndex(ledger, config.store.url));
  }
  for (const amb of config.amb ?? [])
    for (const network of amb.networks) yield* attempt(`amb ${network}`, () => checkNetwork(amb, network));
  for (const signer of config.signers)
    yield* attempt(`signer ${signer.id}`, () => Promise.resolve(signerFindings(signer, config.members ?? [])));
}

function signerFindings(signer: SignerConfig, members: readonly MemberConfig[]): readonly Omit<Finding, 'subject'>[] {
  const found = checkSigner(signer, Date.now());
  const owner = checkOwner(signer, members);
  return owner === null ? [found] : [found, owner];
}

/** True where it found no problem. */
async function* attempt(
  subject: string,
  check: () => Promise<readonly Omit<Finding, 'subject'>[]>,
): AsyncGenerator<Finding, boolean> {
  try {
    const found = await check();
    for (const finding of found) yield { subject, ...finding };
    return found.every(({ kind }) => kind !== 'problem');
  } catch (error) {
    const known = error instanceof ParleyError;
    yield { kind: 'problem', subject, text: known ? withoutFix(error) : String(error), fix: known ? error.fix : null };
    return false;
  }
}

/** All that an error says, but for the fix, which stands on a line of its own. */
const withoutFix = ({ message, fix }: ParleyError): string => message.slice(0, -` Fix: ${fix}`.length);

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
  const certificate = readCertificate(identity.certificatePem);
  if (certificate === null)
    return [
      {
        kind: 'problem',
        text: `${identity.mspId}: its certificate cannot be read`,
        fix: 'Give a PEM certificate as `identity.certificate`, and its PEM private key as `identity.privateKey`.',
      },
    ];
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

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null; // Said by whoever asked.
  }
}

async function checkLedger(config: LedgerConfig): Promise<readonly Omit<Finding, 'subject'>[]> {
  const ledger = await openLedger(config, []);
  try {
    return [
      ...(await checkEndpoints(ledger)),
      ...(await checkReading(ledger)),
      ...(await checkFinality(config, ledger)),
    ];
  } finally {
    await ledger.close();
  }
}

async function checkEndpoints(ledger: AnyLedger): Promise<readonly Omit<Finding, 'subject'>[]> {
  const reports = await ledger.endpoints(AbortSignal.timeout(ANSWER_WITHIN_MS));
  const working = reports.filter(({ problem }) => problem === null).length;
  return [
    ...reports.map((report) => endpointFinding(report, working > 0)),
    ...(await checkMembership(ledger, reports)),
  ];
}

function endpointFinding(report: EndpointReport, othersWork: boolean): Omit<Finding, 'subject'> {
  const by = report.operator === null ? '' : ` of ${report.operator}`;
  const name = `${report.role.toLowerCase().replace('_', ' ')} ${report.endpoint}${by}`;
  if (report.problem === null)
    return ok(`${name} answers${report.height === null ? '' : ` at block ${report.height}`}`);
  // Nodes advertise names that are for each other: Parley shows their health, and reads without them.
  if (report.found === true) return ok(`${name}, which the network names, is not probed: ${report.problem}`);
  return {
    kind: othersWork ? 'warning' : 'problem',
    text: `${name}: ${report.problem}`,
    fix: 'Start the node, or correct its address or certificate.',
  };
}

/** One refusal may be a moment's: where others refuse, they are asked until they agree. */
async function checkMembership(
  ledger: AnyLedger,
  reports: readonly EndpointReport[],
): Promise<readonly Omit<Finding, 'subject'>[]> {
  if (ledger.kind !== 'fabric' || !reports.some(({ standing }) => standing === 'REFUSES')) return [];
  for (let round = 1; round < MEMBERSHIP_ROUNDS && ledger.removal === null; round++) {
    await pause(BETWEEN_ROUNDS_MS, AbortSignal.timeout(ANSWER_WITHIN_MS));
    await ledger.endpoints(AbortSignal.timeout(ANSWER_WITHIN_MS));
  }
  const { removal } = ledger;
  return removal === null ? [] : [{ kind: 'problem', text: withoutFix(removal), fix: removal.fix }];
}

async function checkReading(ledger: AnyLedger): Promise<readonly Omit<Finding, 'subject'>[]> {
  const head = await ledger.head(AbortSignal.timeout(ANSWER_WITHIN_MS));
  const { startBlock } = ledger;
  if (startBlock > head.number)
    return [
      {
        kind: 'warning',
        text: `has no block ${startBlock} yet (head ${head.number})`,
        fix: 'Lower `startBlock`, or wait.',
      },
    ];
  if ((await ledger.block(startBlock, AbortSignal.timeout(ANSWER_WITHIN_MS))) === null)
    return [
      {
        kind: 'problem',
        text: `no node has block ${startBlock} any more, or yet (head ${head.number})`,
        fix: 'Raise `startBlock` to a block that the nodes have, or connect a node that has all of them.',
      },
    ];
  await ledger.seed(startBlock, AbortSignal.timeout(ANSWER_WITHIN_MS));
  return [ok(`${ledger.id} may be read from block ${startBlock} to ${head.number}`)];
}

/** A node that does not know the tag answers nothing else wrong: no block would ever be final. */
async function checkFinality(config: LedgerConfig, ledger: AnyLedger): Promise<readonly Omit<Finding, 'subject'>[]> {
  if (config.kind !== 'ethereum' || !('tag' in config.finality)) return [];
  const { finalized } = await ledger.head(AbortSignal.timeout(ANSWER_WITHIN_MS));
  if (finalized >= 0) return [];
  return [
    {
      kind: 'warning',
      text: `no node names a \`${config.finality.tag}\` block, so none is final`,
      fix: 'Set `finality: { depth: 64 }`, or as deep as the chain may reorganise, where that stays.',
    },
  ];
}

/** Whether what is indexed is what the ledger still shows: its id, and its block at the index's tip. */
async function checkIndex(config: LedgerConfig, storeUrl: string): Promise<readonly Omit<Finding, 'subject'>[]> {
  const store = await openStore(storeUrl);
  try {
    const declared = await store.declared();
    const known = declared.find(({ kind, name }) => kind === config.kind && name === config.name);
    if (known === undefined) return [];
    if (known.startBlock !== config.startBlock)
      return [
        {
          kind: 'problem',
          text: `the index begins at another block than configured. Got: ${config.startBlock}. Expected: ${known.startBlock}`,
          fix: 'Keep `startBlock`, or index into a fresh store.',
        },
      ];
    const { tip } = await store.seed(known.id);
    if (tip === null) return [];
    return [await compareTip(config, declared, tip)];
  } finally {
    await store.close();
  }
}

async function compareTip(
  config: LedgerConfig,
  declared: readonly LedgerDeclaration[],
  tip: BlockRef,
): Promise<Omit<Finding, 'subject'>> {
  const ledger = await openLedger(config, declared);
  try {
    const block = await ledger.block(tip.number, AbortSignal.timeout(ANSWER_WITHIN_MS));
    if (block === null || block.hash === tip.hash || ledger.reorgBound > 0) return ok(`stands at block ${tip.number}`);
    return {
      kind: 'problem',
      text: `the ledger shows another block ${tip.number} than the one indexed, which was final. Got: ${block.hash}. Expected: ${tip.hash}`,
      fix: catalogue.LEDGER_DIVERGED.fix,
    };
  } finally {
    await ledger.close();
  }
}
