/** `npm start`: brings the dev world up, says where everything is, and stays until Ctrl-C. */
import { ParleyError } from '../src/errors/index.js';
import { repositoryRoot } from './repositoryRoot.js';
import { readOptions, USAGE } from './world/options.js';
import { openScreen, type Screen } from './world/screen.js';
import { startWorld, type DevWorld } from './world/world.js';

async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args, repositoryRoot());
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const screen = openScreen(options.quiet);
  const stopping = new AbortController();
  const stopped = stopSignal(screen, stopping);
  if (!options.quiet)
    screen.say('\nHarbour Trade: three organisations, two Fabric channels, one Ethereum chain, one graph\n');
  const world = await startWorld(options, screen, stopping.signal).catch((error: unknown) => {
    if (stopping.signal.aborted) return null; // Asked to stop before it was up: what was started is stopped already.
    throw error;
  });
  if (world === null) return 0;
  screen.say(whereThingsAre(world));
  if (options.story) world.story.liveOn();
  const reason = await Promise.race([stopped.then(() => null), world.ended]);
  if (reason !== null) process.stderr.write(`${reason}\n`);
  if (reason !== null) screen.say('Stopping …');
  await world.close();
  return reason === null ? 0 : 1;
}

/** One Ctrl-C may arrive twice, from the terminal and handed on by npm. */
const SAME_SIGNAL_MS = 1_000;

/** The first signal asks for an orderly end; a later one ends at once: every process then ends with this one. */
function stopSignal(screen: Screen, stopping: AbortController): Promise<void> {
  let first = 0;
  return new Promise((resolve) => {
    const stop = (): void => {
      if (stopping.signal.aborted && Date.now() - first > SAME_SIGNAL_MS) process.exit(130);
      if (stopping.signal.aborted) return;
      first = Date.now();
      screen.say('\nStopping … (Ctrl-C once more: at once)');
      stopping.abort();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}

function whereThingsAre({ parley, fabric, ethereum }: DevWorld): string {
  const peers = fabric.organizations.map(({ name, peerEndpoint }) => `${name} ${peerEndpoint}`).join(', ');
  return `
The graph is live.

  GraphQL    ${parley.url}/graphql
  GraphiQL   ${parley.url}/graphiql
  health     ${parley.url}/readyz   ${parley.url}/metrics
  Fabric     ${peers} (${fabric.kind})
  Ethereum   ${ethereum.rpc}, chain id ${ethereum.chainId}
  config     ${parley.config}
  log        ${parley.log}

Ctrl-C stops everything.
`;
}

function say(error: unknown, screen: Screen): void {
  if (error instanceof ParleyError) screen.say(`\n${error.code}: ${error.message}`);
  else screen.say(`\n${error instanceof Error ? error.message : String(error)}`);
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  say(error, openScreen(false));
  process.exitCode = 1;
}
