import { ParleyError } from '../../../errors/index.js';

/** How much of a long policy an error shows on either side of the place. */
const SHOWN = 40;

/** An error that shows the policy with a caret under the character. `details.position` is that character's offset. */
export function policyProblem(text: string, at: number, got: string, expected: string): ParleyError {
  const from = Math.max(0, at - SHOWN);
  const to = Math.min(text.length, at + SHOWN);
  const [before, after] = [from > 0 ? '…' : '', to < text.length ? '…' : ''];
  const caret = ' '.repeat(before.length + at - from);
  const lines = [
    `The policy cannot be read at character ${at + 1}:`,
    `  ${before}${plain(text.slice(from, to))}${after}`,
  ];
  return new ParleyError('INPUT_INVALID', `${lines.join('\n')}\n  ${caret}^\n`, {
    got: plain(got),
    expected,
    fix: `Write it like AND('Org1MSP.peer', OR('Org2MSP.admin', 'Org3MSP.member')), or like MAJORITY Admins.`,
    details: { position: at },
  });
}

/** One column a character, whatever the characters are. */
const plain = (text: string): string => text.replaceAll(/[^\x20-\x7e…]/g, '·');
