import { createAmbClient, exportNetwork, exportText, notTold, readSnapshot } from '../../governance/amb/index.js';
import type { NetworkExport } from '../../model/networkExport.js';

export interface AmbExportOptions {
  readonly region: string;
  /** Null: Amazon's own for the region. */
  readonly endpoint: string | null;
  /** Amazon's id: `n-…`. */
  readonly network: string;
  /** Hears of each step, in words. */
  readonly onProgress: (text: string) => void;
}

export interface AmbExport {
  readonly said: NetworkExport;
  /** The file's content. */
  readonly text: string;
  /** What Amazon does not tell, in words. */
  readonly notTold: readonly string[];
}

/** Reads a network of Amazon Managed Blockchain whole. Errors: `LEDGER_UNAVAILABLE`, `INPUT_INVALID`. */
export async function exportAmb({ region, endpoint, network, onProgress }: AmbExportOptions): Promise<AmbExport> {
  const client = createAmbClient({ region, endpoint });
  try {
    const snapshot = await readSnapshot(client, network, undefined, onProgress);
    const said = exportNetwork(snapshot, region, Date.now());
    return { said, text: exportText(said), notTold: notTold({ snapshot, said }) };
  } finally {
    client.destroy();
  }
}
