import { eventually } from './world.js';

type Thing = Record<string, unknown>;

/** Members who go on registering lots of coffee, whatever the consortium decides. */
export class Trading {
  private readonly failed: unknown[] = [];
  private count = 0;
  private goesOn = false;
  private done: Promise<unknown> = Promise.resolve();

  constructor(private readonly register: (mspId: string, lot: string) => Promise<Thing>) {}

  start(): void {
    this.goesOn = true;
    this.done = Promise.all(['HarvestMSP', 'MeridianMSP', 'MeridianMSP'].map((mspId, n) => this.loop(mspId, n)));
  }

  private async loop(mspId: string, trader: number): Promise<void> {
    for (let lot = 0; this.goesOn; lot += 1) {
      try {
        const transaction = await this.register(mspId, `lot-${trader}-${lot}`);
        if (transaction['outcome'] !== 'SUCCEEDED') this.failed.push(transaction);
        this.count += 1;
      } catch (error) {
        this.failed.push(error);
      }
    }
  }

  /** Waits until so many more are registered. */
  async more(lots: number): Promise<void> {
    const until = this.count + lots;
    await eventually(`${lots} more lots are registered`, () =>
      Promise.resolve(this.count >= until || this.failed.length > 0),
    );
  }

  /** What failed. */
  async stop(): Promise<readonly unknown[]> {
    this.goesOn = false;
    await this.done;
    return this.failed;
  }
}
