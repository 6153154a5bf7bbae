import { z } from 'zod';

// The shape of parley.yaml. Docs and JSON Schema (schema/parley.schema.json) come from here.

const path = z.string().min(1).max(4096);
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name of letters, digits, dot, dash and underscore');
const rpcUrl = z.url({ protocol: /^https?$/ });
const wsUrl = z.url({ protocol: /^wss?$/ });
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hex digits');
const positive = z.int().min(1);

export const serverSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Loopback only until accounts exist.'),
    port: z.int().min(0).max(65535).default(4000),
    allowedHosts: z
      .array(z.string().min(1))
      .max(100)
      .default([])
      .describe('Host names that this server answers to, beside loopback.'),
    allowedOrigins: z
      .array(z.string().min(1))
      .max(100)
      .default([])
      .describe('Origins whose pages may ask from a browser.'),
    secrets: z
      .array(z.string().min(16))
      .min(1)
      .max(10)
      .optional()
      .describe('Cursors: the first seals, all open. Made and kept in the store where absent.'),
  })
  .prefault({});

export const limitsSchema = z
  .strictObject({
    depth: positive.max(100).default(12),
    cost: positive.max(10_000_000).default(10_000),
    pageSize: positive.max(1000).default(100).describe('The largest page.'),
    queryTokens: positive.max(1_000_000).default(4000),
    requestsPerMinute: positive.max(10_000_000).default(600).describe('For each client address.'),
    subscriptionsPerConnection: positive.max(100_000).default(50).describe('Operations at once on one WebSocket.'),
    connections: positive
      .max(1_000_000)
      .default(20_000)
      .describe('Streams open at once: WebSockets, and subscriptions over HTTP.'),
  })
  .prefault({});

export const fabricSchema = z.strictObject({
  channel: z.string().min(1).max(249),
  connectionProfile: path.describe("Fabric's common connection profile, JSON or YAML."),
  identity: z.strictObject({ mspId: z.string().min(1).max(255), certificate: path, privateKey: path }),
  startBlock: z.int().min(0).default(0),
  genesisHash: z
    .string()
    .regex(/^([0-9a-f]{64})?$/, "the header hash of the channel's genesis block: 64 hex digits")
    .default('')
    .describe('Only where the peer joined from a snapshot and has no genesis block.'),
  allowedLag: z
    .strictObject({ blocks: z.int().min(0).default(5), seconds: z.number().min(0).default(30) })
    .prefault({}),
});

export const ethereumSchema = z.strictObject({
  chainId: z.int().min(1),
  rpc: z.array(rpcUrl).min(1).max(16).describe('Several: failover.'),
  ws: wsUrl.optional().describe('New heads; polling without.'),
  startBlock: z.int().min(0).default(0),
  finality: z
    .union([
      z.strictObject({ tag: z.enum(['finalized', 'safe']) }),
      z.strictObject({ depth: z.int().min(0).max(100_000) }),
    ])
    .default({ tag: 'finalized' }),
  proof: z
    .enum(['roots', 'header', 'links'])
    .default('roots')
    .describe(
      "How far a node's blocks are proven. `roots`: the hash of the header, and by its roots every transaction and log; `header`: the hash of the header; `links`: hashes and counts agree, for chains that hash their headers in another way (QBFT, IBFT).",
    ),
  reorgWindow: z
    .int()
    .min(1)
    .max(100_000)
    .default(256)
    .describe('Blocks that may be taken back, and how long they are kept then.'),
  allowedLag: z
    .strictObject({ blocks: z.int().min(0).default(5), seconds: z.number().min(0).default(60) })
    .prefault({}),
  contracts: z
    .array(z.strictObject({ name, address, abi: path }))
    .max(1000)
    .default([]),
  governors: z
    .array(z.strictObject({ address, timelock: address.optional() }))
    .max(100)
    .default([])
    .describe('OpenZeppelin Governors whose proposals and votes are read.'),
});

const ledgerSchema = z
  .strictObject({ name, fabric: fabricSchema.optional(), ethereum: ethereumSchema.optional() })
  .refine((ledger) => (ledger.fabric === undefined) !== (ledger.ethereum === undefined), {
    message: 'exactly one of `fabric` and `ethereum`',
  });

const memberSchema = z.strictObject({
  id: name,
  name: z.string().min(1).max(200),
  mspIds: z.array(z.string().min(1).max(255)).max(100).default([]),
  accounts: z
    .array(z.string().regex(/^eip155:\d{1,32}:0x[0-9a-fA-F]{40}$/, 'a CAIP-10 account: eip155:<chain id>:0x…'))
    .max(1000)
    .default([]),
});

const signerSchema = z
  .strictObject({
    id: name,
    member: name.describe('Whom it signs for: the id of a member, or the MSP id where no member claims it.'),
    fabric: z
      .strictObject({
        mspId: z.string().min(1).max(255),
        certificate: path,
        privateKey: path.optional().describe('PEM file: ECDSA P-256 or P-384, or Ed25519.'),
      })
      .refine(({ privateKey }) => privateKey !== undefined, {
        path: ['privateKey'],
        message: 'the file of a private key',
      })
      .optional(),
    ethereum: z
      .strictObject({
        privateKey: z
          .string()
          .regex(/^(0x)?[0-9a-fA-F]{64}$/, 'a private key: 64 hex digits')
          .describe('Use ${env:NAME} or ${file:path}.'),
      })
      .optional(),
  })
  .refine((signer) => (signer.fabric === undefined) !== (signer.ethereum === undefined), {
    message: 'exactly one of `fabric` and `ethereum`',
  });

const ambSchema = z.strictObject({
  region: z.string().regex(/^[a-z0-9-]{1,64}$/, 'an AWS region: us-east-1'),
  networks: z
    .array(z.string().regex(/^n-[A-Za-z0-9]{1,64}$/, 'a network id: n-…'))
    .min(1)
    .max(100),
  actingMembers: z
    .array(z.string().regex(/^m-[A-Za-z0-9]{1,64}$/, 'a member id: m-…'))
    .max(100)
    .default([])
    .describe('As whom this account votes and proposes.'),
  pollSeconds: z.number().min(1).max(3600).default(30),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Instead of AWS's own."),
});

export const configSchema = z.strictObject({
  server: serverSchema,
  store: z
    .strictObject({
      url: z
        .string()
        .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, '`sqlite:<path>` or `postgres://user@host/database`')
        .default('sqlite:./parley.db'),
    })
    .prefault({}),
  limits: limitsSchema,
  network: z.strictObject({
    id: name,
    name: z.string().min(1).max(200),
    description: z.string().max(2000).optional(),
    consortium: z
      .strictObject({
        channel: z.string().min(1).max(249).describe('A channel among `ledgers`.'),
        chaincode: name
          .default('consortium')
          .describe('On other channels it collects signatures for their configuration.'),
      })
      .optional()
      .describe('Where members, invitations, proposals and votes are kept.'),
  }),
  members: z.array(memberSchema).max(10_000).default([]),
  ledgers: z.array(ledgerSchema).max(256).default([]).describe('At least one, where no network of `amb` is read.'),
  amb: z
    .array(ambSchema)
    .max(32)
    .default([])
    .describe('Networks of Amazon Managed Blockchain, read beside the ledgers.'),
  signers: z.array(signerSchema).max(1000).default([]).describe('Keys that this process signs with.'),
});

export type ConfigFile = z.infer<typeof configSchema>;

/** Keys of running.md whose feature comes later: refused with those words. */
export const notBuiltYet: readonly string[] = [
  'server.admin',
  'server.tls',
  'server.trustProxy',
  'signers.*.fabric.kms',
  'access',
  'subgraphs',
];
