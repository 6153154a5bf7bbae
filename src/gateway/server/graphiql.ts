import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer, Incoming } from './http.js';

/** What GraphiQL shows first: the state of every ledger, and a hint where to go on. */
export const DEFAULT_QUERY = `# Parley: one graph over the ledgers that several organisations share.
# Ctrl-Enter runs the query; Ctrl-Space completes; the book on the left has the schema.

query LedgerHeads {
  ledgers {
    __typename
    id
    name
    height
    finalizedHeight
    lag { blocks seconds }
    latestBlock { id number hash timestamp transactionCount }
  }
}
`;

interface Page {
  readonly html: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  readonly policy: string;
}

/** GraphiQL as one page that loads nothing from anywhere else; made on first use. */
export function graphiqlRoute(defaultQuery: string = DEFAULT_QUERY): (incoming: Incoming) => Promise<Answer> {
  let page: Promise<Page> | undefined;
  return async ({ message }) => {
    page ??= makePage(defaultQuery);
    const { html, gzipped, etag, policy } = await page;
    const zipped = /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? ''));
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
      etag,
    };
    if (message.headers['if-none-match'] === etag) return { status: 304, headers, body: '' };
    return {
      status: 200,
      headers: zipped ? { ...headers, 'content-encoding': 'gzip' } : headers,
      body: zipped ? gzipped : html,
    };
  };
}

async function makePage(defaultQuery: string): Promise<Page> {
  // Nine megabytes of editor: loaded when somebody looks.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const text = renderGraphiQL({ title: 'Parley', endpoint: '/graphql', defaultQuery });
  const html = Buffer.from(text);
  return {
    html,
    gzipped: await promisify(gzip)(html),
    etag: `"${createHash('sha256').update(html).digest('base64url')}"`,
    policy: policyFor(text),
  };
}

/** Only the page's own script runs; editors need workers from blobs and inline styles; requests go to this server alone. */
function policyFor(html: string): string {
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' blob:`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    "img-src 'self' data:",
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
