import { describe, expect, test } from '@jest/globals';
import { ParleyError } from '../../../../src/errors/index.js';
import { untilSettled } from '../../../../src/ledgers/fabric/live/unsettled.js';

const patient = new AbortController().signal;
const refusal = (got: string): ParleyError =>
  new ParleyError('ENDORSEMENT_FAILED', 'The transaction was not endorsed', { got });

/** Gives each of these in turn, and then the answer; counts the askings. */
function answering(errors: readonly Error[]) {
  const seen = { asked: 0 };
  const endorse = (): Promise<string> => {
    const error = errors[seen.asked];
    seen.asked += 1;
    return error === undefined ? Promise.resolve('endorsed') : Promise.reject(error);
  };
  return { seen, endorse };
}

describe('a proposal that peers are not at one about', () => {
  // Fabric's own words: internal/pkg/gateway/endorsement.go, core/chaincode/lifecycle/endorsement_info.go, discovery/endorsement.
  test.each([
    'AtlasMSP: ProposalResponsePayloads do not match',
    "HarvestMSP: error in simulation: chaincode cache at sequence 2 but current sequence is 1, chaincode definition for 'goods' changed during invoke",
    'FAILED_PRECONDITION: no combination of peers can be derived which satisfy the endorsement policy: required chaincodes are not installed on sufficient peers',
  ])('is endorsed again: %s', async (words) => {
    const { seen, endorse } = answering([refusal(words), refusal(words)]);
    expect(await untilSettled(patient, endorse)).toBe('endorsed');
    expect(seen.asked).toBe(3);
  });

  test('is refused in the end where they never are', async () => {
    const errors = Array.from({ length: 10 }, (_, n) => refusal(`ProposalResponsePayloads do not match (${n})`));
    const { seen, endorse } = answering(errors);
    await expect(untilSettled(patient, endorse)).rejects.toBe(errors[5]);
    expect(seen.asked).toBe(6);
  }, 10_000);

  test.each([
    refusal('HarvestMSP: chaincode response 500, the lot lot-1 exists'),
    new ParleyError('TIMEOUT', 'Endorsing took too long; nothing was submitted'),
    new TypeError('ProposalResponsePayloads do not match'),
  ])('anything else is told at once: %s', async (error) => {
    const { seen, endorse } = answering([error]);
    await expect(untilSettled(patient, endorse)).rejects.toBe(error);
    expect(seen.asked).toBe(1);
  });

  test('is not asked again for whoever gave up', async () => {
    const { seen, endorse } = answering([refusal('ProposalResponsePayloads do not match')]);
    const given = AbortSignal.abort();
    await expect(untilSettled(given, endorse)).rejects.toThrow('not endorsed');
    expect(seen.asked).toBe(1);
  });
});
