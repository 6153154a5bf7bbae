import { GraphQLError } from 'graphql';

/**
 * Takes the rejections that graphql-js 16 leaves behind: where an item of a list fails at once, the promises of the items
 * before it are dropped (`completeListValue`), and one that rejects later is handled by nobody, which ends a Node process.
 * Their place in the answer is already null for another error, so nothing is lost. Any other unhandled rejection stays fatal.
 * @returns what undoes it
 */
export function takeStrayRejections(host: Pick<NodeJS.Process, 'on' | 'off'> = process): () => void {
  const take = (reason: unknown): void => {
    if (!(reason instanceof GraphQLError && reason.path !== undefined)) throw reason;
  };
  host.on('unhandledRejection', take);
  return () => {
    host.off('unhandledRejection', take);
  };
}
