import { graphqlWs } from './streamClients/graphqlWs.js';
import { eventually } from './world.js';

export interface ProposalSeen {
  readonly cursor: string;
  readonly change: string;
  readonly proposal: { readonly id: string; readonly status: string; readonly tally: { readonly outstanding: string } };
}
export interface MembershipSeen {
  readonly cursor: string;
  readonly change: string;
  readonly membership: {
    readonly nativeId: string;
    readonly status: string;
    readonly member: { readonly name: string; readonly status: string };
  };
  readonly cause: { readonly number: string };
}

/** A subscriber whose connection breaks off now and then, and who resumes where it stood. */
export class Watching<Change extends { readonly cursor: string }> {
  private readonly seen: Change[] = [];
  private client = graphqlWs.connect(this.url);
  private stream = this.open(null);

  private constructor(
    private readonly url: string,
    private readonly field: string,
    private readonly selected: string,
  ) {}

  static proposals(url: string): Watching<ProposalSeen> {
    const proposal = 'proposal { id title status mechanism tally { outstanding } }';
    return new Watching(url, 'proposalChanged', `cursor kind change ${proposal}`);
  }

  static memberships(url: string): Watching<MembershipSeen> {
    const membership = 'membership { nativeId status member { name status } } cause { ... on FabricBlock { number } }';
    return new Watching(url, 'membershipChanged', `cursor kind change ${membership}`);
  }

  private open(after: string | null) {
    const query = `subscription ($after: Cursor) { ${this.field}(after: $after) { ${this.selected} } }`;
    return this.client.open({ query, variables: { after } });
  }

  private take(): void {
    for (const { data, errors } of this.stream.results.splice(0)) {
      if (data == null) throw new Error(`${this.field}: ${JSON.stringify(errors)}`);
      this.seen.push(data[this.field] as Change);
    }
  }

  /** Once it saw so many. */
  async breakOff(atLeast = 0): Promise<void> {
    await eventually(`${atLeast} of ${this.field}`, () => {
      this.take();
      return Promise.resolve(this.seen.length >= atLeast);
    });
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
