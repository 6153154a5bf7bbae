import type { DecodedBlock } from '../../src/model/block.js';

/** What of a decoded Fabric block does not hold, in words; nothing where all of it does. A genesis block has no creators to judge. */
export function faultsOf(block: DecodedBlock): string[] {
  if (block.detail.kind !== 'fabric') return ['not a Fabric block'];
  const { dataHashVerified, linkVerified, signaturesVerified } = block.detail;
  const marks = Object.entries({ dataHashVerified, linkVerified, signaturesVerified });
  const inTransactions = block.transactions.flatMap(({ detail, index }) => {
    if (detail.kind !== 'fabric' || block.number === 0) return [];
    const verified = detail.creatorVerified && detail.endorsements.every((e) => e.verified);
    return verified && detail.undecodable === null ? [] : [`transaction ${index}`];
  });
  return [...marks.filter(([, holds]) => !holds).map(([name]) => name), ...inTransactions];
}
