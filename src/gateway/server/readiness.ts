import type { SourceReport } from '../../subgraphs/context.js';
import { jsonAnswer, type Answer } from './http.js';

/** 200 once every ledger has been read to within its allowed lag, else 503; the body says which is behind and why. */
export async function readiness(sources: () => Promise<readonly SourceReport[]>): Promise<Answer> {
  const reports = await sources();
  const behind = reports.filter(isBehind);
  const answer = jsonAnswer(behind.length === 0 ? 200 : 503, {
    ready: behind.length === 0,
    behind: behind.map(({ ledger, name, problem }) => ({
      ledger,
      name,
      problem: problem ?? 'has not been read up to its head yet',
    })),
    ledgers: reports,
  });
  return { ...answer, headers: { ...answer.headers, ...(behind.length === 0 ? {} : { 'retry-after': '1' }) } };
}

const isBehind = ({ stale, indexedHeight }: SourceReport): boolean => stale || indexedHeight === null;
