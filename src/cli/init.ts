import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { draftConfig, type DraftAnswers } from '../app/index.js';
import { ParleyError } from '../errors/index.js';
import { writeOut } from './report.js';

interface InitOptions {
  readonly output: string;
  readonly network?: string;
  readonly profile?: string;
  readonly channel: readonly string[];
  readonly mspId?: string;
  readonly certificate?: string;
  readonly privateKey?: string;
  readonly rpc?: string;
  readonly force?: boolean;
}

/** `parley init`: writes a first parley.yaml from a connection profile and an RPC URL. */
export function addInit(program: Command, finish: (code: number) => void): void {
  const collect = (value: string, list: readonly string[]): readonly string[] => [...list, value];
  program
    .command('init')
    .description('Write parley.yaml from a connection profile and an RPC URL; asks for what is not given.')
    .option('-o, --output <file>', 'where to write', 'parley.yaml')
    .option('-n, --network <id>', 'id of the network, such as harbour')
    .option('--profile <file>', "Fabric's connection profile, JSON or YAML")
    .option('--channel <name>', 'a Fabric channel; may be given several times', collect, [])
    .option('--msp-id <id>', 'the MSP that Parley reads as')
    .option('--certificate <file>', "that identity's certificate (PEM)")
    .option('--private-key <file>', "that identity's private key (PEM)")
    .option('--rpc <url>', 'an Ethereum JSON-RPC endpoint')
    .option('-f, --force', 'write over an existing file')
    .addHelpText(
      'after',
      '\nExamples:\n  parley init\n  parley init --network harbour --profile connection.json --channel trade --msp-id HarvestMSP \\\n    --certificate cert.pem --private-key key.pem --rpc http://127.0.0.1:8545\n',
    )
    .action(async (options: InitOptions) => {
      if (existsSync(options.output) && options.force !== true)
        throw new ParleyError('CONFIG_INVALID', `${options.output} exists already`, {
          fix: 'Give --force to write over it, or another --output.',
        });
      const draft = await draftConfig(await complete(options), options.output);
      writeOut(options.output, draft.yaml);
      process.stdout.write(
        `Wrote ${options.output}: ${draft.summary}.\nNext: parley doctor --config ${options.output}, then parley start --config ${options.output}\n`,
      );
      finish(0);
    });
}

/** Asks for what the options leave open; without a terminal nothing is asked and what is missing is an error. */
async function complete(options: InitOptions): Promise<DraftAnswers> {
  const given: DraftAnswers = {
    network: options.network ?? null,
    fabric: options.profile === undefined ? null : fabricAnswers(options),
    rpc: options.rpc ?? null,
  };
  if (!process.stdin.isTTY || given.fabric !== null || given.rpc !== null) return given;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ask = async (question: string): Promise<string> => (await asking.question(`${question}: `)).trim();
    const network = given.network ?? (await ask('Id of the network (such as harbour)'));
    const profile = await ask('Fabric connection profile (empty: no Fabric)');
    const fabric =
      profile === ''
        ? null
        : {
            profile,
            channels: (await ask('Channels, separated by commas')).split(',').map((name) => name.trim()),
            mspId: await ask('MSP id that Parley reads as'),
            certificate: await ask('Its certificate file'),
            privateKey: await ask('Its private key file'),
          };
    return { network, fabric, rpc: (await ask('Ethereum RPC URL (empty: no Ethereum)')) || null };
  } finally {
    asking.close();
  }
}

function fabricAnswers(options: InitOptions): NonNullable<DraftAnswers['fabric']> {
  const missing = (['mspId', 'certificate', 'privateKey'] as const).filter((key) => options[key] === undefined);
  if (missing.length > 0 || options.channel.length === 0) {
    const flags = [
      ...missing.map((key) => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`),
      ...(options.channel.length === 0 ? ['--channel'] : []),
    ];
    throw new ParleyError('CONFIG_INVALID', 'A connection profile needs more beside it', {
      expected: flags.join(', '),
      fix: 'Give those too.',
    });
  }
  const { profile = '', mspId = '', certificate = '', privateKey = '' } = options;
  return { profile, channels: options.channel, mspId, certificate, privateKey };
}
