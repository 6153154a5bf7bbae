import { graphqlWs } from './streamClients/graphqlWs.js';

const CHANGED = `subscription ($after: Cursor) { proposalChanged(after: $after) {
  cursor kind change proposal { id title status mechanism tally { outstanding } } } }`;

interface Change {
  readonly cursor: string;
  readonly change: string;
  readonly proposal: { readonly id: string; readonly status: string; readonly tally: { readonly outstanding: string } };
}

/** A subscriber whose connection breaks off now and then, and who resumes where it stood. */
export class Watching {
  private readonly seen: Change[] = [];
  private client = graphqlWs.connect(this.url);
  private stream = this.open(null);

  constructor(private readonly url: string) {}

  private open(after: string | null) {
    return this.client.open({ query: CHANGED, variables: { after } });
  }

  private take(): void {
    for (const { data } of this.stream.results.splice(0))
      if (data != null) this.seen.push(data['proposalChanged'] as Change);
  }

  async breakOff(): Promise<void> {
    await this.client.close();
    this.take();
    this.client = graphqlWs.connect(this.url);
    this.stream = this.open(this.seen.at(-1)?.cursor ?? null);
  }

  async close(): Promise<readonly Change[]> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await this.client.close();
    this.take();
    return this.seen;
  }
}
