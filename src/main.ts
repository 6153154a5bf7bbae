const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(
    `Parley needs Node 22.12 or newer. Got: ${process.version}. Fix: run it as \`npx parley\`, or with Node 24.\n`,
  );
  process.exitCode = 1;
} else {
  // Imported only now: the packages themselves fail on an older Node, in words that help nobody.
  const { runCli } = await import('./cli/index.js');
  process.exitCode = await runCli(process.argv.slice(2));
}
