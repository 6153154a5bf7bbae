import { describe, expect, test } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import { gateway, google } from '@hyperledger/fabric-protos';
import { ConcurrencyLimit, RpcError, toService } from '../../../../../devnet/fabric/peer/grpc.js';

describe('errors of services', () => {
  test('carry what single nodes said', () => {
    const error = new RpcError(status.ABORTED, 'not enough', [{ address: 'a:1', mspId: 'AMSP', message: 'no' }]);
    const { code, details, metadata } = toService(error);
    expect([code, details]).toEqual([status.ABORTED, 'not enough']);
    const [bytes] = metadata.get('grpc-status-details-bin');
    const message = google.rpc.Status.deserializeBinary(Buffer.from(bytes ?? ''));
    const [any] = message.getDetailsList();
    expect(any?.getTypeUrl()).toBe('type.googleapis.com/gateway.ErrorDetail');
    expect(gateway.ErrorDetail.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array()).toObject()).toEqual({
      address: 'a:1',
      mspId: 'AMSP',
      message: 'no',
    });
    expect(toService(new Error('unforeseen'))).toMatchObject({ code: status.UNKNOWN, details: 'unforeseen' });
  });

  test('too many calls at once are told so, as by Fabric', () => {
    const limit = new ConcurrencyLimit('gateway.Gateway', 2);
    const leave = limit.enter();
    limit.enter();
    expect(() => limit.enter()).toThrow('too many requests for /gateway.Gateway, exceeding concurrency limit (2)');
    leave();
    leave();
    limit.enter();
    expect(() => limit.enter()).toThrow(RpcError);
  });
});
