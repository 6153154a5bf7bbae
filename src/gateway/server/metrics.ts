import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { SourceReport } from '../../subgraphs/context.js';
import { TopicMetrics } from '../subscribe/topicMetrics.js';
import type { Answer } from './http.js';
import { StreamMetrics, type StreamReport } from './streamMetrics.js';

/** What Prometheus reads; one registry for each gateway. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: 'parley_http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['path', 'method', 'status'],
    registers: [this.#registry],
  });
  readonly #duration = new Histogram({
    name: 'parley_http_request_duration_seconds',
    help: 'From the request line to the last byte of the answer.',
    labelNames: ['path'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.#registry],
  });
  readonly #operations = new Counter({
    name: 'parley_graphql_operations_total',
    help: 'GraphQL operations answered.',
    labelNames: ['type'],
    registers: [this.#registry],
  });
  readonly #errors = new Counter({
    name: 'parley_errors_total',
    help: 'Errors in answers, by code.',
    labelNames: ['code'],
    registers: [this.#registry],
  });

  readonly #statements = new Counter({
    name: 'parley_store_statements_total',
    help: 'Statements that this process has sent to the store for reading.',
    registers: [this.#registry],
  });
  #statementsCounted = 0;

  readonly #ledgers = new LedgerGauges(this.#registry);
  readonly streams = new StreamMetrics(this.#registry);
  readonly topics = new TopicMetrics(this.#registry);

  constructor(readonly sources: () => Promise<readonly SourceReport[]>) {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** `path` is a path that the server knows, or `other`: a label must not grow with what callers invent. */
  observe(path: string, method: string, answer: Answer, seconds: number): void {
    this.#requests.inc({ path, method, status: String(answer.status) });
    this.#duration.observe({ path }, seconds);
    for (const code of answer.codes ?? []) this.#errors.inc({ code });
    const type = answer.operation?.type;
    if (type !== undefined && type !== null) this.#operations.inc({ type });
  }

  /** `total`: since the process began. */
  setStatements(total: number): void {
    this.#statements.inc(total - this.#statementsCounted);
    this.#statementsCounted = total;
  }

  async answer(streams?: StreamReport): Promise<Answer> {
    if (streams !== undefined) this.streams.set(streams);
    this.#ledgers.setAll(await this.sources());
    return {
      status: 200,
      headers: { 'content-type': this.#registry.contentType },
      body: await this.#registry.metrics(),
    };
  }
}

/** What every ledger's source says, as gauges. */
class LedgerGauges {
  readonly #indexed: LedgerGauge;
  readonly #head: LedgerGauge;
  readonly #lagBlocks: LedgerGauge;
  readonly #lagSeconds: LedgerGauge;
  readonly #stale: LedgerGauge;

  constructor(registry: Registry) {
    const gauge = (name: string, help: string): LedgerGauge =>
      new Gauge({ name: `parley_ledger_${name}`, help, labelNames: ['ledger', 'name'], registers: [registry] });
    this.#indexed = gauge('indexed_height', 'The last indexed block.');
    this.#head = gauge('head_height', "The ledger's own head, as last heard.");
    this.#lagBlocks = gauge('lag_blocks', 'Blocks between the head and the index.');
    this.#lagSeconds = gauge('lag_seconds', 'Seconds between the head and the index.');
    this.#stale = gauge('stale', '1 where a ledger is further behind than it may be, or silent.');
  }

  /** Only what is reported now: a height that is not heard any more, or a ledger without an id yet, must not stand for ever. */
  setAll(reports: readonly SourceReport[]): void {
    for (const gauge of [this.#indexed, this.#head, this.#lagBlocks, this.#lagSeconds, this.#stale]) gauge.reset();
    for (const report of reports) this.#set(report);
  }

  #set({ ledger, name, ...report }: SourceReport): void {
    const labels = { ledger: ledger ?? '', name };
    if (report.indexedHeight !== null) this.#indexed.set(labels, report.indexedHeight);
    if (report.head !== null) this.#head.set(labels, report.head);
    if (report.lag !== null) this.#lagBlocks.set(labels, report.lag.blocks);
    if (report.lag !== null) this.#lagSeconds.set(labels, report.lag.seconds);
    this.#stale.set(labels, report.stale ? 1 : 0);
  }
}

type LedgerGauge = Gauge<'ledger' | 'name'>;
