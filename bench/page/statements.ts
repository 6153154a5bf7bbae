const LEVELS = [
  'id hash',
  'id hash block { number }',
  'id hash block { number transactions(first: 5) { edges { node { id } } } }',
  'id hash block { number transactions(first: 5) { edges { node { id block { number } } } } }',
];
const PAGE = 'id hash timestamp outcome ledger { id name } block { id number } members { id name }';
const TIMES = 7;

/** How many statements the store is sent for one answer: from 1 to 50 rows, and from 1 to 4 levels. */
export async function countStatements(url: string): Promise<string> {
  const counts = async (sizes: readonly number[], fields: string): Promise<string> => {
    const seen: number[] = [];
    for (const size of sizes) seen.push(await statementsOf(url, size, fields));
    return seen.join(', ');
  };
  const levels: string[] = [];
  for (const fields of LEVELS) levels.push(await counts([50], fields));
  return [
    `store statements a request, the page of 1, 2, 10, 50 and 100: ${await counts([1, 2, 10, 50, 100], PAGE)}`,
    `store statements a request, 50 rows of 1, 2, 3 and 4 levels: ${levels.join(', ')}`,
  ].join('\n');
}

/** Of several times the least: now and then what watches the ledgers reads between. */
async function statementsOf(url: string, size: number, fields: string): Promise<number> {
  const query = `{ transactions(first: ${size}) { edges { node { ${fields} } } } }`;
  const counts: number[] = [];
  for (let at = 0; at < TIMES; at += 1) {
    const before = await sent(url);
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    const { errors } = (await answer.json()) as { readonly errors?: unknown };
    if (errors !== undefined) throw new Error(`Got: ${JSON.stringify(errors)}`);
    counts.push((await sent(url)) - before);
  }
  return Math.min(...counts);
}

export async function sent(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^parley_store_statements_total (\d+)$/m.exec(text)?.[1]);
}
