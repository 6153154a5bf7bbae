/** How sure it is that something stays. PENDING is not in a block yet; RETRACTED was, until a reorg took it back. */
export type Confirmation = 'PENDING' | 'CONFIRMED' | 'FINAL' | 'RETRACTED';
export type Outcome = 'SUCCEEDED' | 'FAILED';

/** The confirmation of what a block holds. `finalizedNumber` is -1 while nothing is final. */
export function confirmationOf(canonical: boolean, number: number, finalizedNumber: number): Confirmation {
  if (!canonical) return 'RETRACTED';
  return number <= finalizedNumber ? 'FINAL' : 'CONFIRMED';
}
