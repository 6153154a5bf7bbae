import type { Command } from 'commander';
import { composeGraph } from '../app/index.js';

/** `parley compose`: composes the subgraphs and says what the graph is made of. */
export function addCompose(program: Command, finish: (code: number) => void): void {
  program
    .command('compose')
    .description('Compose the subgraphs into one graph and check it; prints the supergraph with --print.')
    .option('--print', 'print the supergraph SDL on standard output')
    .addHelpText('after', '\nExamples:\n  parley compose\n  parley compose --print > supergraph.graphql\n')
    .action((options: { print?: boolean }) => {
      const graph = composeGraph();
      if (options.print === true) process.stdout.write(graph.supergraph);
      else process.stdout.write(`${graph.subgraphs.length} subgraphs compose: ${graph.subgraphs.join(', ')}.\n`);
      finish(0);
    });
}
