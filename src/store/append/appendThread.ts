import { isMainThread, workerData } from 'node:worker_threads';
import { answerOrders } from '../../lib/workerThread.js';
import { connect } from '../open.js';
import { appendPrepared } from '../queries/chain.js';
import type { Session } from '../session.js';
import { told, type AppendOrder, type AppendReply } from './appender.js';

async function write(session: Session, { work, epoch }: AppendOrder): Promise<AppendReply> {
  try {
    if (epoch === null) session.fences.delete(work.ledger);
    else session.fences.set(work.ledger, epoch);
    await appendPrepared(session, work);
    return null;
  } catch (error) {
    return told(error);
  }
}

if (!isMainThread) {
  const { session } = connect((workerData as { readonly url: string }).url, 'write', {});
  answerOrders<AppendOrder, AppendReply>(
    (order) => write(session, order),
    () => session.db.destroy(),
  );
}
