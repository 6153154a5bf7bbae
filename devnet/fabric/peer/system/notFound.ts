/** What lifecycle answers with status 404 in place of 500. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}
