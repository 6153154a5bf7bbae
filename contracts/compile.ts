import { writeArtifacts } from './compiler.js';

const names = await writeArtifacts(process.cwd());
process.stdout.write(`contracts/artifacts: ${names.join(', ')}\n`);
