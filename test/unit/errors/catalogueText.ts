import { catalogue } from '../../../src/errors/index.js';

/** docs/errors.md as the catalogue says it. */
export function catalogueText(): string {
  const entries = Object.entries(catalogue)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { status, retryable, meaning, fix }]) =>
        `## ${code}\n\n${meaning}\n\n- HTTP status where it is the whole answer: ${status}\n- Retryable: ${retryable ? 'yes' : 'no'}\n- Fix: ${fix}\n`,
    );
  return `${HEAD}\n${entries.join('\n')}`;
}

const HEAD = `# Errors

Every error that Parley gives has one of these codes. Towards GraphQL it looks like this; \`message\` says what happened, what was got,
what was expected and how to mend it:

\`\`\`json
{
  "message": "Query.blocks asks for too large a page (limit \`pageSize\`). Got: first: 500. Expected: at most 100. Fix: …",
  "path": ["blocks"],
  "extensions": { "code": "PAGE_INVALID", "retryable": false, "fix": "…", "source": "trade", "details": [] }
}
\`\`\`

- \`code\` is stable; texts are not. \`retryable\` says whether the same request may succeed later.
- \`source\` names the ledger, partner or store that the error is about; \`details\` is what others said, in their words.
- An answer may hold data and errors: a source that is down costs only itself. \`extensions.sources\` of every answer says how far each
  ledger was read.
- \`INTERNAL\` carries a \`requestId\`: the cause stands in the log under it, and nowhere else.
- Other paths than \`/graphql\` answer with the same form, as \`{"errors": [...]}\`.
- Under \`application/json\` a request that is well-formed GraphQL is answered with status 200 even where it is refused (GraphQL over HTTP
  asks so); under \`application/graphql-response+json\` with the status below.
`;
