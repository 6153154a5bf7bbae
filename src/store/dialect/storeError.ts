import { ParleyError } from '../../errors/index.js';

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connection, resources, operator intervention, system errors;
// serialization failures and deadlocks, which the next attempt settles.
const POSTGRES_UNAVAILABLE = /^(08|53|57|58|40|55P03|25P03|25006|28|3D)/;
const NETWORK_UNAVAILABLE = /^(ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOENT|EACCES)/;
const SQLITE_UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|PERM|NOMEM|PROTOCOL)/;
const SQLITE_CORRUPT = /^SQLITE_(CORRUPT|NOTADB)/;

/** Puts a database's own error into the catalogue's words; what is a defect of ours stays as it is. */
export function storeError(error: unknown): unknown {
  if (error instanceof ParleyError) return error;
  const code = errorCode(error);
  const message = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : '';
  const facts = { got: `${code} ${message}`.trim(), cause: error };
  if (SQLITE_CORRUPT.test(code)) return new ParleyError('STORE_CORRUPT', 'The store is not a database any more', facts);
  if (isUnavailable(code, message)) return new ParleyError('STORE_UNAVAILABLE', 'The store did not answer', facts);
  return error;
}

function isUnavailable(code: string, message: string): boolean {
  return (
    SQLITE_UNAVAILABLE.test(code) ||
    NETWORK_UNAVAILABLE.test(code) ||
    (/^[0-9A-Z]{5}$/.test(code) && POSTGRES_UNAVAILABLE.test(code)) ||
    /Connection terminated|is not queryable|timeout exceeded when trying to connect|not currently accepting connections/.test(
      message,
    )
  );
}

/** A database's code, by shape: a native module's errors may come from another realm, where no `instanceof` holds. */
export const errorCode = (error: unknown): string =>
  error !== null && typeof error === 'object' && 'code' in error && typeof error.code === 'string' ? error.code : '';
