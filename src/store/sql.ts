import type { Kysely, OperationNode, OperationNodeSource, QueryResult, Transaction } from 'kysely';
import { CompiledQuery, PostgresAdapter, RawNode, ValueNode } from 'kysely';
import type { Tables } from './tables.js';

/** A database, or a transaction on it. */
type Db = Kysely<Tables> | Transaction<Tables>;

/**
 * A statement or a part of one, with its values as parameters. Written out directly: to build, freeze and visit a tree of nodes for
 * each statement, as a query builder does, costs several times what SQLite takes to answer it. May stand in Kysely's statements too.
 */
export class Fragment<Row = unknown> implements OperationNodeSource {
  constructor(
    private readonly texts: readonly string[],
    private readonly parts: readonly unknown[],
  ) {}

  /** Errors: the store's. */
  execute(db: Db): Promise<QueryResult<Row>> {
    const executor = db.getExecutor();
    const written = new Written(executor.adapter instanceof PostgresAdapter);
    this.write(written);
    return executor.executeQuery<Row>(CompiledQuery.raw(written.text, written.values) as CompiledQuery<Row>);
  }

  toOperationNode(): OperationNode {
    const texts: string[] = [''];
    const values: unknown[] = [];
    this.write({
      add: (text) => (texts[texts.length - 1] += text),
      addValue: (value) => {
        values.push(value);
        texts.push('');
      },
    });
    return RawNode.create(
      texts,
      values.map((value) => ValueNode.create(value)),
    );
  }

  private write(out: Pick<Written, 'add' | 'addValue'>): void {
    const { texts, parts } = this;
    for (let at = 0; at < texts.length; at += 1) {
      out.add(texts[at] ?? '');
      if (at === parts.length) return;
      const part = parts[at];
      if (part instanceof Fragment) part.write(out);
      else out.addValue(part);
    }
  }
}

/** A statement while it is written out. */
class Written {
  text = '';
  readonly values: unknown[] = [];

  constructor(private readonly numbered: boolean) {}

  add(text: string): void {
    this.text += text;
  }

  addValue(value: unknown): void {
    this.values.push(value);
    this.text += this.numbered ? `$${this.values.length}` : '?';
  }
}

const raw = (text: string): Fragment<never> => new Fragment([text], []);
function integer(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Only an integer is written into a statement; got ${value}`);
  return String(value);
}
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Columns as they were written before: names are the code's own, never a caller's, so they are few. */
const refs = new Map<string, Fragment>();
function kept(name: string): Fragment {
  const ref = raw(name.split('.').map(quoted).join('.'));
  refs.set(name, ref);
  return ref;
}

/** A statement as a template: what stands in `${…}` becomes a parameter, unless it is a fragment itself. */
function tag<Row = unknown>(texts: TemplateStringsArray, ...parts: readonly unknown[]): Fragment<Row> {
  return new Fragment<Row>(texts, parts);
}

function join(parts: readonly unknown[], separator: Fragment = raw(', ')): Fragment {
  const all = parts.flatMap((part, at) => (at === 0 ? [part] : [separator, part]));
  return new Fragment(['', ...all.map(() => '')], all);
}

export const sql = Object.assign(tag, {
  /** Text as it stands; never a caller's. */
  raw,
  join,
  /** A column, with its table's alias before a dot. */
  ref: (name: string): Fragment => refs.get(name) ?? kept(name),
  table: (name: string): Fragment => raw(quoted(name)),
  /**
   * An integer written out, for limits and the ledgers' numbers: SQLite looks at a parameter in such a place when it plans, and then
   * plans anew each time that one is bound, which takes longer than reading a page.
   */
  lit: (value: number): Fragment => raw(integer(value)),
});
