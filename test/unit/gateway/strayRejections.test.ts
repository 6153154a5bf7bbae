import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { takeStrayRejections } from '../../../src/gateway/execute/strayRejections.js';

test('takes what graphql-js leaves behind, leaves everything else fatal, and can be undone', () => {
  const host = new EventEmitter();
  const undo = takeStrayRejections(host as unknown as NodeJS.Process);
  const emit = (reason: unknown) => host.emit('unhandledRejection', reason);
  expect(emit(new GraphQLError('late', { path: ['rows', 0, 'name'] }))).toBe(true);
  expect(() => emit(new Error('a defect'))).toThrow('a defect');
  expect(() => emit(new GraphQLError('without a place'))).toThrow('without a place');
  undo();
  expect(emit(new Error('nobody listens'))).toBe(false);
});
