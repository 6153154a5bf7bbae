import type { Command } from 'commander';
import { addVoteSign } from './voteSign.js';
import { addVoteVerify } from './voteVerify.js';

/** `parley vote`: what a member does with votes beside the graph. */
export function addVote(program: Command, finish: (code: number) => void): void {
  const vote = program.command('vote').description('Sign a vote offline, or prove one from raw blocks.');
  addVoteSign(vote, finish);
  addVoteVerify(vote, finish);
}
