import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { exportAmb, type AmbExport } from '../app/index.js';
import { environment, loadConfig } from '../config/index.js';
import { ParleyError } from '../errors/index.js';
import { progressLine, writeOut } from './report.js';

interface AmbOptions {
  readonly config?: string;
  readonly network?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly out?: string;
  readonly force?: true;
}

/** `parley export`: writes what another place keeps to a file. */
export function addExport(program: Command, finish: (code: number) => void): void {
  program
    .command('export')
    .description('Write a network that is kept elsewhere to a file, to move it.')
    .command('amb')
    .description(
      'Read a network of Amazon Managed Blockchain whole: members, proposals, votes, invitations. `parley bootstrap` brings the file in.',
    )
    .option('-c, --config <file>', 'take region, endpoint and network from its `amb` (default: parley.yaml)')
    .option('-n, --network <id>', 'which network: n-…; needed where several are configured, or none')
    .option('-r, --region <region>', 'ask this region of AWS, without a configuration')
    .option('--endpoint <url>', "ask there instead of AWS's own, with --region")
    .option('-o, --out <file>', 'where to write it (default: <network>.json)')
    .option('-f, --force', 'write over a file that is there')
    .addHelpText(
      'after',
      '\nCredentials come as AWS’s own tools find them (AWS_PROFILE, AWS_ACCESS_KEY_ID, …); nothing of them is written.\nThe file’s JSON Schema: schema/networkExport.schema.json.\n\nExamples:\n  parley export amb --region us-east-1 --network n-MWY63ZJZU5HGNCMBQER7IN6OIU\n  parley export amb --config parley.yaml --out harbour.json\n',
    )
    .action(async (options: AmbOptions) => {
      const place = placeOf(options);
      const out = options.out ?? `${place.network}.json`;
      requireNew(out, options.force === true);
      const line = progressLine();
      const done = await exportAmb({ ...place, onProgress: (text) => line.show(`${place.network}: ${text}`) });
      line.end();
      writeOut(out, done.text);
      for (const text of summaryOf(out, done)) process.stdout.write(`${text}\n`);
      finish(0);
    });
}

interface Place {
  readonly region: string;
  readonly endpoint: string | null;
  readonly network: string;
}

function placeOf(options: AmbOptions): Place {
  const { region, endpoint, network } = options;
  if (region === undefined) return configuredPlace(options);
  if (options.config !== undefined || network === undefined || !/^n-[A-Za-z0-9]{1,60}$/.test(network))
    throw new ParleyError('INPUT_INVALID', '--region asks without a configuration, and wants a network named', {
      got: options.config === undefined ? (network ?? 'no --network') : '--config beside --region',
      expected: '--region us-east-1 --network n-…',
      fix: 'Give --region with --network, or --config alone.',
    });
  return { region, endpoint: endpoint ?? null, network };
}

function configuredPlace({ config: file = 'parley.yaml', network, endpoint }: AmbOptions): Place {
  const { amb } = loadConfig(file, environment());
  const all = amb.flatMap((one) =>
    one.networks.map((id) => ({ region: one.region, endpoint: endpoint ?? one.endpoint, network: id })),
  );
  const fitting = all.filter((one) => network === undefined || one.network === network);
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  throw new ParleyError('INPUT_INVALID', 'It is not clear which network is to be exported', {
    got: network ?? `${all.length} networks in ${file}`,
    expected: all.length === 0 ? '`amb` with a network' : `one of ${all.map((one) => one.network).join(', ')}`,
    fix: all.length === 0 ? 'Give --region and --network.' : 'Give --network.',
  });
}

function requireNew(out: string, force: boolean): void {
  if (force || !existsSync(out)) return;
  throw new ParleyError('INPUT_INVALID', 'There is a file of that name already', {
    got: out,
    expected: 'a name that is free',
    fix: 'Give --out another name, or --force to write over it.',
  });
}

function summaryOf(out: string, { said, notTold }: AmbExport): readonly string[] {
  const { network, votingPolicy, members, proposals, invitations, nodes } = said;
  const open = proposals.filter(({ status }) => status === 'OPEN').length;
  const votes = proposals.reduce((sum, one) => sum + one.votes.length, 0);
  const waiting = invitations.filter(({ status }) => status === 'PENDING').length;
  const active = members.filter(({ standing }) => standing === 'ACTIVE').length;
  const { threshold, comparator, durationHours } = votingPolicy;
  const more = comparator === 'GREATER_THAN' ? 'more than' : 'at least';
  return [
    `Wrote ${out}: ${network.id} “${network.name}”, ${said.digest}`,
    `  rule         ${more} ${threshold} % of all members, within ${durationHours} h`,
    `  members      ${active} active, ${members.length - active} that left`,
    `  nodes        ${nodes.length} (they do not move)`,
    `  proposals    ${proposals.length - open} over, ${open} open; ${votes} votes`,
    `  invitations  ${invitations.length - waiting} over, ${waiting} waiting`,
    'Amazon does not tell:',
    ...notTold.map((text) => `  - ${text}`),
  ];
}
