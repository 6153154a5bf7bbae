import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { openRequest } from '../app/index.js';
import { ParleyError } from '../errors/index.js';
import { writeOut } from './report.js';

interface SignOptions {
  readonly key: string;
  readonly out?: string;
  readonly abi?: string;
  readonly yes?: true;
}

/** `parley vote sign`: signs a signing request's file, on a machine without a network. */
export function addVoteSign(vote: Command, finish: (code: number) => void): void {
  vote
    .command('sign <file>')
    .description(
      'Show what a signing request asks to be signed, from its bytes alone, and sign it. Needs no configuration, store or network.',
    )
    .requiredOption(
      '-k, --key <file>',
      'the private key: PEM of the certificate in the request, or 64 hex digits of a wallet',
    )
    .option('-o, --out <file>', 'write the signature there instead of printing it')
    .option('--abi <file>', 'the JSON ABI of the contract that an Ethereum transaction calls')
    .option('-y, --yes', 'sign without asking')
    .addHelpText(
      'after',
      '\nThe signature goes into `submitSignature(input: { request, signature })`.\n\nExamples:\n  parley vote sign signing-request-abc.json --key user.key\n  parley vote sign signing-request-abc.json --key user.key --yes --out signature.hex\n',
    )
    .action(async (file: string, { key, out, abi, yes }: SignOptions) => {
      const request = openRequest(read(file), abi === undefined ? [] : abiOf(read(abi)), Date.now());
      for (const line of request.lines) process.stderr.write(`${line}\n`);
      for (const warning of request.warnings) process.stderr.write(`! ${warning}\n`);
      if (yes !== true && !(await confirmed())) {
        process.stderr.write('Nothing was signed.\n');
        return finish(1);
      }
      const signature = await request.sign(read(key));
      if (out === undefined) process.stdout.write(`${signature}\n`);
      else writeOut(out, `${signature}\n`);
      finish(0);
    });
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new ParleyError('INPUT_INVALID', 'Nobody is there to be asked', {
      fix: 'Run it on a terminal, or give --yes once what it shows has been read.',
    });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await asking.question('Sign it? [y/N] ')).trim());
  } finally {
    asking.close();
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ParleyError('INPUT_INVALID', 'A file cannot be read', {
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Name a file that is there and may be read.',
      cause,
    });
  }
}

function abiOf(text: string): readonly unknown[] {
  const problem = new ParleyError('INPUT_INVALID', 'That is no ABI', {
    expected: 'a JSON array, or a compiler’s artifact with `abi`',
  });
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw problem;
  }
  const abi: unknown = Array.isArray(given) ? given : (given as { abi?: unknown } | null)?.abi;
  if (Array.isArray(abi)) return abi;
  throw problem;
}
