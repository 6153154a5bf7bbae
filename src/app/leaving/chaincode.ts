import { ParleyError } from '../../errors/index.js';
import { keptNetwork, keptState, type KeptNetwork, type KeptState } from '../../governance/consortium/index.js';
import type { EvaluateRequest, FabricCaller, FabricLedger } from '../../ledgers/ledger.js';
import { inParallel } from '../../lib/inParallel.js';

/** The consortium chaincode of a channel, as one identity asks it. */
export class ConsortiumChaincode {
  constructor(
    readonly ledger: FabricLedger,
    private readonly name: string,
    readonly caller: FabricCaller,
  ) {}

  request(name: string, args: readonly string[]): EvaluateRequest {
    return {
      ...{ chaincode: this.name, contract: null, function: name, transient: {}, endorsingOrganizations: [] },
      arguments: args.map((argument) => Buffer.from(argument, 'utf8')),
    };
  }

  /** Null where none was founded or brought in. */
  async network(): Promise<KeptNetwork | null> {
    try {
      return keptNetwork.parse(await this.ask('GetNetwork'));
    } catch (error) {
      if (error instanceof ParleyError && error.message.includes('The network does not exist')) return null;
      throw error;
    }
  }

  async ids(list: 'ListProposals' | 'ListInvitations'): Promise<ReadonlySet<string>> {
    const name = list === 'ListProposals' ? 'proposalId' : 'invitationId';
    return new Set((await this.everyPage(list)).map((one) => String((one as Record<string, unknown>)[name])));
  }

  /** All that it keeps of proposals, votes and invitations. `onRead`: hears how many proposals' votes were read. */
  async state(onRead: (done: number, total: number) => void): Promise<KeptState> {
    const proposals = await this.everyPage('ListProposals');
    const ids = proposals.map((one) => String((one as Record<string, unknown>)['proposalId']));
    let done = 0;
    const votes = await inParallel(ids, VOTES_AT_ONCE, async (id) => {
      const cast = (await this.ask('ListVotes', id)) as readonly unknown[];
      onRead(++done, ids.length);
      return cast;
    });
    const present = (await this.ask('ListMembers')) as readonly unknown[];
    return keptState.parse({
      network: await this.ask('GetNetwork'),
      votingPolicy: await this.ask('GetVotingPolicy'),
      members: [...present, ...(await this.everyPage('ListFormerMembers'))],
      proposals,
      votes: votes.flat(),
      invitations: await this.everyPage('ListInvitations'),
    });
  }

  private async ask(name: string, ...args: readonly string[]): Promise<unknown> {
    const bytes = await this.ledger.evaluate(this.request(name, args), undefined, this.caller);
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  }

  private async everyPage(list: string): Promise<readonly unknown[]> {
    const all: unknown[] = [];
    let bookmark = '';
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { items, bookmark: next } = (await this.ask(list, String(PAGE_SIZE), bookmark)) as Page;
      all.push(...items);
      if (items.length < PAGE_SIZE || next === '') return all;
      bookmark = next;
    }
    throw new ParleyError('LIMIT_EXCEEDED', 'The chaincode lists more than is read', {
      got: `more than ${MAX_PAGES * PAGE_SIZE}`,
      source: this.ledger.name,
    });
  }
}

interface Page {
  readonly items: readonly unknown[];
  readonly bookmark: string;
}
const PAGE_SIZE = 100;
const MAX_PAGES = 2_000;
const VOTES_AT_ONCE = 8;
