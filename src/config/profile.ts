import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ParleyError } from '../errors/index.js';
import type { ConnectionProfile } from './config.js';
import { readText } from './substitute.js';

const peerSchema = z.looseObject({
  url: z.string().regex(/^grpcs?:\/\/[^/]+:\d+$/, '`grpcs://host:port`'),
  tlsCACerts: z
    .looseObject({ pem: z.union([z.string(), z.array(z.string())]).optional(), path: z.string().optional() })
    .optional(),
  grpcOptions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
const profileSchema = z.looseObject({
  client: z.looseObject({ organization: z.string().optional() }).optional(),
  organizations: z
    .record(z.string(), z.looseObject({ mspid: z.string(), peers: z.array(z.string()).optional() }))
    .optional(),
  channels: z
    .record(
      z.string(),
      z.looseObject({ peers: z.union([z.record(z.string(), z.unknown()), z.array(z.string())]).optional() }),
    )
    .optional(),
  peers: z.record(z.string(), peerSchema),
});

/** Reads Fabric's common connection profile (JSON or YAML); certificate files it names are read in. */
export function readProfile(file: string, where: string): ConnectionProfile {
  const text = readText(file, where);
  const parsed = profileSchema.safeParse(parseProfile(text, where));
  if (!parsed.success)
    throw new ParleyError(
      'CONFIG_INVALID',
      `${where}: not a common connection profile: ${z.prettifyError(parsed.error)}`,
      { got: file },
    );
  const peers = Object.entries(parsed.data.peers).map(([name, peer]) => {
    const pem = pemOf(peer.tlsCACerts, dirname(file), `${where}: peers.${name}.tlsCACerts`);
    return [
      name,
      { url: peer.url, tlsCACerts: pem === null ? undefined : { pem }, grpcOptions: peer.grpcOptions },
    ] as const;
  });
  const { client, organizations, channels } = parsed.data;
  return { client, organizations, channels, peers: Object.fromEntries(peers) };
}

function pemOf(
  certificates: z.infer<typeof peerSchema>['tlsCACerts'],
  directory: string,
  where: string,
): string | null {
  if (certificates?.pem !== undefined) return [certificates.pem].flat().join('\n');
  return certificates?.path === undefined ? null : readText(resolve(directory, certificates.path), where);
}

function parseProfile(text: string, where: string): unknown {
  try {
    return parse(text) as unknown;
  } catch (cause) {
    throw new ParleyError('CONFIG_INVALID', `${where}: neither JSON nor YAML`, { cause });
  }
}
