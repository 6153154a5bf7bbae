import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageIdOf, parseChaincodePackage } from '../../chaincodePackage.js';
import type { ChaincodePackage } from '../../chaincodePackage.js';

const EXTENSION = '.tar.gz';

export interface InstalledChaincode extends ChaincodePackage {
  readonly packageId: string;
}

/** The chaincode packages installed on one peer, on disk under their package ids. */
export class InstalledChaincodes {
  readonly #byId = new Map<string, InstalledChaincode>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory).filter((candidate) => candidate.endsWith(EXTENSION))) {
      this.#remember(readFileSync(join(directory, name)));
    }
  }

  /** Throws in Fabric's words where the package is none or is installed already. */
  install(packageBytes: Uint8Array): InstalledChaincode {
    const { label } = parsed(packageBytes);
    const packageId = packageIdOf(label, packageBytes);
    if (this.#byId.has(packageId)) {
      throw new Error(`chaincode already successfully installed (package ID '${packageId}')`);
    }
    writeFileSync(this.#path(packageId), packageBytes);
    return this.#remember(packageBytes);
  }

  list(): InstalledChaincode[] {
    return [...this.#byId.values()];
  }

  find(packageId: string): InstalledChaincode | null {
    return this.#byId.get(packageId) ?? null;
  }

  packageBytes(packageId: string): Uint8Array | null {
    return this.#byId.has(packageId) ? readFileSync(this.#path(packageId)) : null;
  }

  #remember(packageBytes: Uint8Array): InstalledChaincode {
    const content = parsed(packageBytes);
    const installed = { ...content, packageId: packageIdOf(content.label, packageBytes) };
    this.#byId.set(installed.packageId, installed);
    return installed;
  }

  // A package id is a label and a hash with a colon between: all but the colon stands in a file's name anywhere.
  #path(packageId: string): string {
    return join(this.directory, packageId.replace(':', '.') + EXTENSION);
  }
}

function parsed(packageBytes: Uint8Array): ChaincodePackage {
  try {
    return parseChaincodePackage(packageBytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`could not parse as a chaincode install package: ${reason}`, { cause: error });
  }
}
