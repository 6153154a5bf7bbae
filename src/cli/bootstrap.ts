import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import {
  bootstrapNetwork,
  mappingOf,
  MAX_EXPORT_BYTES,
  readExport,
  tooLarge,
  type BootstrapMode,
  type BootstrapPlan,
  type BootstrapResult,
} from '../app/index.js';
import { environment, loadConfig, type Config } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { progressLine } from './report.js';

interface BootstrapCliOptions {
  readonly config: string;
  readonly map: readonly string[];
  readonly principal: readonly string[];
  readonly mapping?: string;
  readonly signer?: string;
  readonly leaveOutOpen?: true;
  readonly dryRun?: true;
  readonly check?: true;
}

const collected = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `parley bootstrap`: an exported network becomes the first state of the consortium chaincode. */
export function addBootstrap(program: Command, finish: (code: number) => void): void {
  program
    .command('bootstrap <file>')
    .description(
      'Bring an exported network in as the first state of the consortium chaincode: submits, waits for the blocks, reads back and compares. Run again, it goes on where it stopped, or says that it is done.',
    )
    .option('-c, --config <file>', 'the configuration: `network.consortium` names the channel', 'parley.yaml')
    .option('-m, --map <member=mspId>', 'which organisation of the channel a member is; for each member', collected, [])
    .option(
      '--principal <account=key>',
      'who signs for an invited account, or for the invitation of an id: fingerprint or address',
      collected,
      [],
    )
    .option('--mapping <file>', 'both, as JSON: {"members": {…}, "principals": {…}}')
    .option('-s, --signer <id>', 'who submits: one of `signers`; not needed where one fits')
    .option('--leave-out-open', 'leave behind what is not decided or answered yet')
    .option('--dry-run', 'only show what would be submitted')
    .option('--check', 'only compare what the chaincode holds with the file')
    .addHelpText(
      'after',
      '\nMembers of parley.yaml whose `id` is an m-… and that have one MSP id need no --map.\nExit code: 0 done and equal, 1 not.\n\nExamples:\n  parley bootstrap n-ABC.json --map m-A=HarvestMSP --map m-B=MeridianMSP --dry-run\n  parley bootstrap n-ABC.json --mapping who.json --signer harvest-admin\n  parley bootstrap my-own-export.json --mapping who.json --check\n',
    )
    .action(async (file: string, options: BootstrapCliOptions) => finish(await bootstrap(file, options)));
}

async function bootstrap(file: string, options: BootstrapCliOptions): Promise<number> {
  const said = readExport(read(file));
  const config = loadConfig(options.config, environment());
  const mapping = mappingOf(said, config, {
    members: options.map,
    principals: options.principal,
    file: options.mapping === undefined ? null : read(options.mapping),
  });
  const mode = modeOf(options);
  const line = progressLine();
  const result = await bootstrapNetwork(config, {
    ...{ said, mapping, mode, leaveOutOpen: options.leaveOutOpen === true, signer: options.signer ?? null },
    hear: {
      plan: (plan) => print(planLines(plan, mode)),
      settled: ({ summary }, { transactionId, block }) => {
        line.end();
        print([`✓ block ${block}, transaction ${transactionId}: ${summary}`]);
      },
      progress: (text) => line.show(text),
    },
  });
  line.end();
  const { lines, code } = endOf(result, mode);
  print([...lines, ...(mode === 'submit' ? configLines(result.plan, config) : [])]);
  return code;
}

function modeOf({ dryRun, check }: BootstrapCliOptions): BootstrapMode {
  if (dryRun === true && check === true)
    throw new ParleyError('INPUT_INVALID', '--dry-run and --check are two things', { fix: 'Give one of them.' });
  if (check === true) return 'check';
  return dryRun === true ? 'preview' : 'submit';
}

function planLines(plan: BootstrapPlan, mode: BootstrapMode): readonly string[] {
  const { moving, channel, chaincode, standing } = plan;
  const { network, votingPolicy, members, proposals, votes, invitations, leftOut } = moving;
  const more = votingPolicy.comparator === 'GREATER_THAN' ? 'more than' : 'at least';
  return [
    `${network.networkId} “${network.name}” → channel ${channel}, chaincode ${chaincode}`,
    `  from         ${moving.source}`,
    `  rule         ${more} ${votingPolicy.threshold} % of all members, within ${votingPolicy.durationHours} h`,
    ...members.map(({ nativeId, name, mspId, status }) => `  member       ${nativeId} ${name} → ${mspId} (${status})`),
    `  history      ${proposals.length} proposals, ${votes.length} votes, ${invitations.length} invitations`,
    ...(leftOut.length === 0 ? [] : [`  left behind  ${leftOut.join(', ')}`]),
    ...(mode === 'check' || standing === 'DONE' ? [] : submissionLines(plan, mode)),
    ...(standing === 'BEGUN' && mode !== 'check' ? ['  This move was begun before: it goes on.'] : []),
  ];
}

function submissionLines({ calls, submitter }: BootstrapPlan, mode: BootstrapMode): readonly string[] {
  return [
    `  ${mode === 'preview' ? 'would submit' : 'submits     '} ${calls.length} ${calls.length === 1 ? 'transaction' : 'transactions'} of ${submitter.mspId}, signed by ${submitter.id}:`,
    ...calls.map(
      ({ function: name, argument, summary }, at) =>
        `    ${at + 1}. ${name}, ${argument.length.toLocaleString('en')} characters: ${summary}`,
    ),
  ];
}

function endOf(
  { plan, comparison }: BootstrapResult,
  mode: BootstrapMode,
): { readonly lines: readonly string[]; readonly code: number } {
  if (comparison === null) return { lines: ['Nothing was submitted.'], code: 0 };
  const { compared, differences, since } = comparison;
  const done =
    plan.standing === 'DONE' && mode !== 'check' ? ['This move is done already: nothing was submitted.'] : [];
  const lived = since.slice(0, 20).map((text) => `  changed there since: ${text}`);
  if (differences.length === 0)
    return { lines: [...done, `✓ The chaincode holds what was exported: ${compared}.`, ...lived], code: 0 };
  const shown = differences.slice(0, 20).map((text) => `✗ ${text}`);
  return { lines: [...done, ...shown, `✗ ${differences.length} differ, of ${compared}.`, ...lived], code: 1 };
}

/** What parley.yaml wants so that ids in the graph stay as they were. */
function configLines({ moving }: BootstrapPlan, config: Config): readonly string[] {
  const { networkId } = moving.network;
  const known = new Set(config.members.map(({ id }) => id));
  const claimed = new Set(config.members.flatMap(({ mspIds }) => mspIds));
  const missing = moving.members.filter(
    ({ nativeId, mspId, status }) => status === 'ACTIVE' && !known.has(nativeId) && !claimed.has(mspId),
  );
  return [
    ...(config.network.id === networkId
      ? []
      : [`! parley.yaml calls the network ${config.network.id}: set \`network.id: ${networkId}\`, and its id stays.`]),
    ...(missing.length === 0 ? [] : ['! For members to keep their ids, parley.yaml wants:', '    members:']),
    ...missing.map(
      ({ nativeId, name, mspId }) => `      - { id: ${nativeId}, name: ${JSON.stringify(name)}, mspIds: [${mspId}] }`,
    ),
  ];
}

const print = (lines: readonly string[]): void => {
  for (const text of lines) process.stdout.write(`${text}\n`);
};

function read(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_EXPORT_BYTES) throw tooLarge(size);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof ParleyError) throw cause;
    throw new ParleyError('INPUT_INVALID', 'A file cannot be read', {
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Name a file that is there and may be read.',
      cause,
    });
  }
}
