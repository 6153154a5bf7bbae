import type Database from 'better-sqlite3';
import type {
  CompiledQuery,
  DatabaseConnection,
  Dialect,
  Driver,
  Kysely,
  QueryResult,
  TransactionSettings,
} from 'kysely';
import { CompiledQuery as Query, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { errorCode, storeError } from './storeError.js';

/** Prepared statements kept; the texts of the store's queries are few, those of wide filters need not stay. */
const STATEMENTS_KEPT = 300;

/**
 * How long a writer waits for another ledger's transaction (back-fill commits several times a second), asking again after pauses
 * in which its own thread goes on: the other writer may live in it.
 */
const WRITER_WAIT_MS = 20_000;
const LONGEST_PAUSE_MS = 16;

const isBusy = (error: unknown): boolean => errorCode(error).startsWith('SQLITE_BUSY');

/**
 * Kysely on better-sqlite3, with prepared statements kept and transactions that take the write lock when they begin: a reader
 * that turned writer would fail at once under WAL instead of waiting.
 */
export class SqliteStoreDialect implements Dialect {
  readonly #version: Database.Statement<[], number>;

  constructor(private readonly database: Database.Database) {
    this.#version = database.prepare<[], number>('pragma data_version').pluck();
  }

  /** Another number whenever another connection committed something; what this one writes does not change it. */
  dataVersion(): number {
    return this.#version.get() ?? NaN;
  }

  createDriver(): Driver {
    return new SqliteDriver(this.database);
  }
  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }
  createAdapter(): SqliteAdapter {
    return new Adapter();
  }
  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class Adapter extends SqliteAdapter {
  // SQLite does roll back schema changes; with it several threads may open a fresh store at once.
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class SqliteDriver implements Driver {
  readonly #connection: SqliteConnection;

  constructor(private readonly database: Database.Database) {
    this.#connection = new SqliteConnection(database);
  }
  init(): Promise<void> {
    return Promise.resolve();
  }
  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }
  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await connection.executeQuery(Query.raw(settings.accessMode === 'read only' ? 'begin' : 'begin immediate'));
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(Query.raw('commit'));
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A full disk or an I/O error has rolled back already.
    if (this.database.inTransaction) await connection.executeQuery(Query.raw('rollback'));
  }
  releaseConnection(): Promise<void> {
    return Promise.resolve();
  }
  destroy(): Promise<void> {
    this.database.close();
    return Promise.resolve();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #kept = new Map<string, Database.Statement<unknown[], unknown>>();

  constructor(private readonly database: Database.Database) {}

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const deadline = performance.now() + WRITER_WAIT_MS;
    for (let pause = 1; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
      try {
        return this.#run(query);
      } catch (error) {
        if (this.database.inTransaction || !isBusy(error) || performance.now() > deadline) throw storeError(error);
      }
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
    }
  }

  #run<R>(query: CompiledQuery): QueryResult<R> {
    const statement = this.#prepare(query.sql);
    if (statement.reader) return { rows: statement.all(...query.parameters) as R[] };
    // As one list: an insert of many rows has more values than a call should have arguments.
    const { changes } = statement.run(query.parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The store reads pages, not streams');
  }

  #prepare(text: string): Database.Statement<unknown[], unknown> {
    const kept = this.#kept.get(text);
    if (kept !== undefined) {
      this.#kept.delete(text);
      this.#kept.set(text, kept);
      return kept;
    }
    const statement = this.database.prepare(text);
    this.#kept.set(text, statement);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > STATEMENTS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return statement;
  }
}
