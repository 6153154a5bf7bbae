/** What a code means to a caller, over every surface. `docs/errors.md` is held equal to this table by a test. */
export interface CatalogueEntry {
  /** HTTP status where the error is the whole answer. */
  readonly status: number;
  /** True where the same request may succeed later without a change by the caller. */
  readonly retryable: boolean;
  readonly meaning: string;
  readonly fix: string;
}

const entry = (status: number, retryable: boolean, meaning: string, fix: string): CatalogueEntry => ({
  status,
  retryable,
  meaning,
  fix,
});

/** Every code that Parley gives to a caller or prints to an operator. */
export const catalogue = {
  INPUT_INVALID: entry(
    400,
    false,
    'An argument or variable has a value that the schema does not take.',
    'Correct the value; the message says which and what was expected.',
  ),
  ID_INVALID: entry(400, false, 'An id is not one that this graph gave.', 'Use ids as the graph returns them.'),
  PAGE_INVALID: entry(
    400,
    false,
    'The page arguments contradict each other or exceed the cap.',
    'Give `first` with `after`, or `last` with `before`, within the cap.',
  ),
  CURSOR_INVALID: entry(
    400,
    false,
    'A cursor was not made here, was changed, or belongs to another list, filter or caller.',
    'Start without a cursor, or keep the filter that the cursor was made with.',
  ),
  CURSOR_EXPIRED: entry(
    410,
    false,
    'A stream cannot be resumed: none of the blocks that the cursor names is on the chain that is indexed.',
    'Read the lists again and subscribe with the `streamCursor` of a page.',
  ),
  RESYNC_REQUIRED: entry(
    409,
    false,
    'The client saw blocks that a reorganisation took back and that this index never had, or keeps no longer.',
    'Forget what came after the block of `extensions.cursor`, and subscribe with that cursor.',
  ),
  SLOW_CONSUMER: entry(
    429,
    true,
    'The client read its stream too slowly for too long.',
    'Subscribe again with `extensions.cursor`; ask for less, or read faster.',
  ),
  TOO_MANY_SUBSCRIPTIONS: entry(
    429,
    true,
    'A connection or a client address holds as many subscriptions as it may.',
    'End some of them; the message says which limit.',
  ),
  LIMIT_EXCEEDED: entry(
    400,
    false,
    'The operation is larger than a limit allows.',
    'Ask for less in one operation; the message says which limit and how far over it is.',
  ),
  BAD_REQUEST: entry(
    400,
    false,
    'The HTTP request is not one that GraphQL over HTTP allows.',
    'Correct the request as the message says.',
  ),
  GRAPHQL_PARSE_FAILED: entry(400, false, 'The document is not GraphQL.', 'Correct the syntax at the place named.'),
  GRAPHQL_VALIDATION_FAILED: entry(
    400,
    false,
    'The document does not fit the schema.',
    'Correct the selection or argument named.',
  ),
  HOST_REFUSED: entry(
    403,
    false,
    'The Host header is not one that this server answers to.',
    'Use an allowed host, or add it to `server.allowedHosts`.',
  ),
  ORIGIN_REFUSED: entry(
    403,
    false,
    'A browser sent the request from a page that is not allowed.',
    'Add the origin to `server.allowedOrigins`.',
  ),
  FORWARDED_REFUSED: entry(
    403,
    false,
    'The request came through a proxy while there are no accounts.',
    'Ask directly on loopback.',
  ),
  NOT_FOUND: entry(404, false, 'There is nothing at this path.', 'See the surfaces in the documentation.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    false,
    'The path does not take this method.',
    'Use a method named in the Allow header.',
  ),
  REQUEST_TOO_LARGE: entry(413, false, 'The body is larger than the server takes.', 'Send a smaller body.'),
  NOT_ACCEPTABLE: entry(
    406,
    false,
    'The Accept header names no media type that the answer can have.',
    'Accept application/graphql-response+json or application/json.',
  ),
  MEDIA_TYPE_UNSUPPORTED: entry(
    415,
    false,
    'The body has a media type or an encoding that the path does not take.',
    'Send UTF-8 JSON with Content-Type: application/json.',
  ),
  RATE_LIMITED: entry(
    429,
    true,
    'The client asked more often than `limits.requestsPerMinute` allows.',
    'Wait as long as the Retry-After header says.',
  ),
  OVERLOADED: entry(
    503,
    true,
    'The server is answering as many requests at once as it may.',
    'Wait as long as the Retry-After header says.',
  ),
  ENTITY_MISSING: entry(
    200,
    true,
    'One part of the graph names a thing that the part holding it does not know, or that the caller may not see.',
    'Try again once the ledgers are read; report it where it stays.',
  ),
  LEDGER_UNAVAILABLE: entry(
    503,
    true,
    'A ledger did not answer.',
    'Try again; `parley doctor` says which connection fails.',
  ),
  LEDGER_REFUSED: entry(
    502,
    false,
    'A ledger refused the request.',
    'See the message: it carries what the ledger said.',
  ),
  LEDGER_DIVERGED: entry(
    500,
    false,
    'A ledger delivered a block that contradicts what is final.',
    'Correct the endpoints where a node is wrong. Where the ledger itself is another one now, stop Parley, run `parley rebuild --ledger <name> --read-again`, and start it.',
  ),
  LEDGER_MISMATCH: entry(
    500,
    false,
    'An endpoint serves another ledger than the one configured or indexed.',
    'Correct the endpoint, the channel or the chain id.',
  ),
  LEDGER_CONTRADICTION: entry(
    503,
    true,
    'Answers of a node contradict each other.',
    'Nothing was stored; Parley reads again. Check the node where it stays.',
  ),
  REORG_TOO_DEEP: entry(
    500,
    false,
    'A reorganisation reaches below what may still be taken back.',
    'Correct the endpoints where a node is wrong. Where the chain did change, stop Parley, raise `reorgWindow` or, below what was final, run `parley rebuild --ledger <name> --read-again`, and start it.',
  ),
  EVALUATE_FAILED: entry(
    502,
    false,
    'The chaincode or its peer refused the evaluation.',
    'See `details`: each peer says why.',
  ),
  ENDORSEMENT_FAILED: entry(
    502,
    false,
    'Peers refused to endorse a transaction, so it was not submitted.',
    'See `details`: each endorser says why.',
  ),
  SUBMIT_REFUSED: entry(
    409,
    false,
    'A ledger refused a transaction: it surely did not take effect.',
    'See `details` for what the ledger said, correct it and submit again.',
  ),
  SUBMIT_UNCERTAIN: entry(
    504,
    true,
    'Whether a ledger took a transaction is not known yet; Parley goes on looking for it.',
    'Look for the transaction that `details` names, or ask again with the same idempotency key; do not submit it anew.',
  ),
  SIGNATURE_INVALID: entry(
    400,
    false,
    'A signature is not one of the bytes and the identity that were asked for.',
    'Sign exactly the `bytes` of the request with the key of its identity.',
  ),
  REQUEST_UNKNOWN: entry(
    404,
    false,
    'There is no such signing request: it was used, or never made here.',
    'Prepare the write again.',
  ),
  REQUEST_EXPIRED: entry(410, false, 'The signing request is too old.', 'Prepare the write again.'),
  IDEMPOTENCY_KEY_REUSED: entry(
    409,
    false,
    'The idempotency key was used with another input.',
    'Use a new key for a new write; the same key only to ask for the same write again.',
  ),
  SIGNER_UNKNOWN: entry(
    403,
    false,
    'There is no such signer that the caller may use for this.',
    'Name one of `viewer.signers`, or configure it under `signers`.',
  ),
  GOVERNANCE_REFUSED: entry(
    409,
    false,
    'The rules of the place that decides forbid it: the proposal is closed, the caller is no member or has voted, or the ledger knows no such act.',
    'See the message: it says which rule, and what may be done.',
  ),
  SIGNER_UNAVAILABLE: entry(503, true, 'A signer did not sign.', 'Try again; see where the key is kept.'),
  CALL_REVERTED: entry(200, false, 'A contract call reverted.', 'See the revert reason.'),
  ABI_UNKNOWN: entry(
    400,
    false,
    'No ABI is configured that knows this function.',
    'Add the contract with its ABI to the ledger in parley.yaml.',
  ),
  HISTORY_UNAVAILABLE: entry(
    503,
    true,
    'The node no longer keeps the state of that block.',
    'Ask for a newer block, or connect an archive node.',
  ),
  STORE_UNAVAILABLE: entry(503, true, 'The store did not answer.', 'Check `store.url`, its disk and its server.'),
  STORE_FENCED: entry(
    503,
    true,
    'Another process writes this ledger now.',
    'Nothing: this one stands by, and takes over again when the other ends.',
  ),
  STORE_NEWER: entry(
    500,
    false,
    'The store was written by a newer Parley.',
    'Run that version, or point `store.url` elsewhere.',
  ),
  STORE_CORRUPT: entry(500, false, 'The store contradicts itself.', 'Run `parley verify`, then `parley rebuild`.'),
  CONFIG_INVALID: entry(
    500,
    false,
    'The configuration does not say what Parley needs.',
    'Correct the key named; the message says got, expected and the nearest known key.',
  ),
  FEATURE_NOT_BUILT: entry(
    500,
    false,
    'The configuration asks for a feature that has not been built yet.',
    'Remove the key named.',
  ),
  NOT_LOOPBACK: entry(
    500,
    false,
    'Parley has no accounts yet, so it serves loopback only.',
    'Set `server.host` to 127.0.0.1.',
  ),
  COMPOSITION_FAILED: entry(
    500,
    false,
    'The subgraphs do not compose into one graph.',
    'See each reason; `parley compose` prints them.',
  ),
  SHUTTING_DOWN: entry(503, true, 'The server is stopping.', 'Try again on another replica or in a moment.'),
  TIMEOUT: entry(504, true, 'The answer took longer than allowed.', 'Ask for less, or try again.'),
  INTERNAL: entry(500, false, 'A defect in Parley.', 'Report it with the request id; the log has the cause.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
