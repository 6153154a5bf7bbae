/** Tells which processes that write are over, so that what they left may be taken up. */
export interface Lives {
  /** Whether the process of that number is surely no owner any more: it ended, or lost its connection and is fenced. */
  isOver(owner: number): Promise<boolean>;
  close(): Promise<void>;
}
