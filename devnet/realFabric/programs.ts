import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Absolute paths of Fabric's commands. */
export interface FabricPrograms {
  readonly peer: string;
  readonly orderer: string;
}

/** The two variables that say where Fabric's commands are. */
export interface ProgramEnvironment {
  readonly FABRIC_BIN_DIR?: string | undefined;
  readonly PATH?: string | undefined;
}

/** `peer` and `orderer` in FABRIC_BIN_DIR, else on PATH; null where either is missing. */
export function findFabricPrograms(environment: ProgramEnvironment): FabricPrograms | null {
  const { FABRIC_BIN_DIR: own, PATH: path = '' } = environment;
  const directories = own === undefined || own === '' ? path.split(delimiter) : [own];
  const peer = find('peer', directories);
  const orderer = find('orderer', directories);
  return peer === null || orderer === null ? null : { peer, orderer };
}

/** As `findFabricPrograms`. @throws {Error} with what to install where they are missing */
export function requireFabricPrograms(environment: ProgramEnvironment): FabricPrograms {
  const programs = findFabricPrograms(environment);
  if (programs !== null) return programs;
  const where = environment.FABRIC_BIN_DIR ? `FABRIC_BIN_DIR (${environment.FABRIC_BIN_DIR})` : 'PATH';
  throw new Error(
    `Fabric's commands peer and orderer were not found. Got: nothing in ${where}. Expected: both. ` +
      'Fix: install the commands of a Fabric v3 release as its documentation says, and put them on PATH or name their directory in FABRIC_BIN_DIR.',
  );
}

function find(name: string, directories: readonly string[]): string | null {
  return (
    directories
      .filter(Boolean)
      .map((directory) => join(directory, name))
      .find(isExecutable) ?? null
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next directory is looked into.
    return false;
  }
}

/** The version that a command says of itself, as in `v3.1.5`. */
export async function versionOf(program: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, ['version'], { timeout: 10_000 });
  return /Version: (\S+)/.exec(stdout)?.[1] ?? 'unknown';
}
