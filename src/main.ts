import module from 'node:module';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `Parley needs Node 22.12 or newer. Got: ${process.version}. Fix: run it as \`npx parley\`, or with Node 24.\n`,
  );
  process.exitCode = 1;
} else {
  // Beside the build, where nobody else writes; where it cannot be written, the program starts without. A third less to load.
  module.enableCompileCache(fileURLToPath(new URL('../.compiled', import.meta.url)));
  // Imported only now: the packages themselves fail on an older Node, in words that help nobody.
  const { endWhereUnheard, runCli } = await import('./cli/index.js');
  endWhereUnheard();
  process.exitCode = await runCli(process.argv.slice(2));
}
