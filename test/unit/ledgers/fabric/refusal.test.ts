import { describe, expect, test } from '@jest/globals';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { verdictOf, type Verdict } from '../../../../src/ledgers/fabric/live/refusal.js';

// The words are those of Fabric 3.1's gateway (internal/pkg/gateway/submit.go) and orderers, and of grpc-js.

const service = (code: status, details: string): ServiceError =>
  Object.assign(new Error(`${code} ${details}`), { code, details, metadata: new Metadata() });

const answer = (code: status, text: string, orderers: readonly string[] = []): ServiceError => {
  const cause = service(code, text);
  const details = orderers.map((message, n) => ({ address: `orderer${n}:7050`, mspId: 'OrdererMSP', message }));
  // The client library keeps the list of nodes where gRPC has its words.
  return new GatewayError({ code, details, cause, message: cause.message }) as unknown as ServiceError;
};

const refused = (name: string): string => `received unsuccessful response from orderer: status=${name}, info=no`;
const NO_QUORUM =
  'insufficient number of orderers could successfully process transaction to satisfy quorum requirement';
const NO_ORDERER = 'no orderers could successfully process transaction';

describe('what the answer to a submitted transaction says of it', () => {
  test.each<[string, ServiceError, Verdict]>([
    ['an orderer refuses it', answer(status.ABORTED, refused('BAD_REQUEST')), 'REFUSED'],
    ['an orderer refuses its sender', answer(status.ABORTED, refused('FORBIDDEN')), 'REFUSED'],
    ['it is no request', answer(status.INVALID_ARGUMENT, 'prepared transaction must be signed'), 'REFUSED'],
    ['the peer is not on the channel', answer(status.FAILED_PRECONDITION, 'failed to get config'), 'REFUSED'],
    [
      'it is too large',
      answer(status.RESOURCE_EXHAUSTED, 'grpc: received message larger than max (2 vs. 1)'),
      'REFUSED',
    ],
    ['BFT, all refuse', answer(status.UNAVAILABLE, NO_QUORUM, [refused('FORBIDDEN'), refused('FORBIDDEN')]), 'REFUSED'],
    ['the peer knows no orderer', answer(status.UNAVAILABLE, 'no orderer nodes available'), 'NOT_SENT'],
    [
      'the peer has too much to do',
      answer(status.UNKNOWN, 'too many requests for /gateway.Gateway, exceeding concurrency limit (500)'),
      'NOT_SENT',
    ],
    [
      'BFT, all have it',
      answer(status.UNAVAILABLE, NO_QUORUM, [
        'received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=failed to submit request: request already processed',
        'received unsuccessful response from orderer: status=SERVICE_UNAVAILABLE, info=failed to submit request: request already exists',
      ]),
      'ACCEPTED',
    ],
    [
      'BFT, one has it and one is gone',
      answer(status.UNAVAILABLE, NO_QUORUM, ['info=failed to submit request: request already processed', 'EOF']),
      'UNCERTAIN',
    ],
    [
      'BFT, one refuses and one is gone',
      answer(status.UNAVAILABLE, NO_QUORUM, [refused('FORBIDDEN'), 'EOF']),
      'UNCERTAIN',
    ],
    ['BFT without a quorum', answer(status.UNAVAILABLE, NO_QUORUM, ['connection refused', 'EOF']), 'UNCERTAIN'],
    ['BFT, nobody says why', answer(status.UNAVAILABLE, NO_QUORUM), 'UNCERTAIN'],
    ['Raft, none could', answer(status.UNAVAILABLE, NO_ORDERER, ['EOF']), 'UNCERTAIN'],
    ['Raft without a leader', answer(status.UNAVAILABLE, NO_ORDERER), 'UNCERTAIN'],
    ['the orderer took too long', answer(status.DEADLINE_EXCEEDED, 'submit timeout expired'), 'UNCERTAIN'],
    ['another abort', answer(status.ABORTED, refused('SERVICE_UNAVAILABLE')), 'UNCERTAIN'],
    ['the connection was lost', service(status.UNAVAILABLE, 'Connection dropped'), 'UNCERTAIN'],
    ['the call was cancelled', service(status.CANCELLED, 'Call cancelled'), 'UNCERTAIN'],
    ['the peer broke', service(status.INTERNAL, 'Received RST_STREAM with code 2'), 'UNCERTAIN'],
    ['something unknown', service(status.UNKNOWN, 'strange'), 'UNCERTAIN'],
  ])('%s', (_, error, verdict) => {
    expect(verdictOf(error)).toBe(verdict);
  });
});
