import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An external builder for chaincode that runs as a service: there is nothing to build, only an address to hand over. */
const SCRIPTS = {
  detect: '#!/bin/sh\ngrep -Eq \'"type" *: *"ccaas"\' "$2/metadata.json"\n',
  build: '#!/bin/sh\ncp "$1/connection.json" "$3/connection.json"\n',
  release:
    '#!/bin/sh\nmkdir -p "$2/chaincode/server" && cp "$1/connection.json" "$2/chaincode/server/connection.json"\n',
};

/** Writes the builder's three scripts; returns the path that core.yaml names. */
export function writeBuilder(directory: string): string {
  const bin = join(directory, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(SCRIPTS)) {
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  return directory;
}
