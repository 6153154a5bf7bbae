import { isMainThread } from 'node:worker_threads';
import { answerOrders } from '../../../lib/workerThread.js';
import { EndpointFault } from '../jsonRpc/endpointFault.js';
import { createKeccak256, type Keccak } from './keccak.js';
import { proveAnswer, type AnswerText } from './proveAnswer.js';
import type { ProveReply } from './prover.js';

function prove(order: AnswerText, keccak: Keccak): ProveReply {
  try {
    return { answer: proveAnswer(order, keccak) };
  } catch (error) {
    if (!(error instanceof EndpointFault)) throw error;
    const { kind, message, retryAfterMs, mayHaveArrived } = error;
    return { fault: { kind, message, retryAfterMs, mayHaveArrived } };
  }
}

if (!isMainThread) {
  const keccak = createKeccak256();
  answerOrders<AnswerText, ProveReply>(async (order) => prove(order, await keccak));
}
