import { availableParallelism } from 'node:os';
import { tryMutation, type Verdict } from './mutant.js';
import { mutations } from './mutations.js';

// `npm run test:mutations`: every deliberate break must be caught. A word picks those whose name has it.

// Some breaks show only where a rebuild meets a branch of which a part came back.
const SEEDS = 3000;
const [word = ''] = process.argv.slice(2);
const waiting = mutations.filter(({ name }) => name.includes(word));
let survived = 0;

const tell = ({ mutation, caught, seeds }: Verdict): void => {
  if (caught === null) survived += 1;
  console.log(`${caught === null ? '✗ survived' : '✓ caught'} after ${seeds} seeds: ${mutation.name}`);
  if (caught !== null) console.log(`    ${caught}`);
};
const worker = async (): Promise<void> => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) tell(await tryMutation(next, SEEDS));
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`${survived === 0 ? 'All breaks were caught' : `${survived} breaks survived`}`);
process.exitCode = survived === 0 ? 0 : 1;
