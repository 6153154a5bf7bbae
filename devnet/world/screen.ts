/** What `npm start` says, on a terminal and elsewhere. */
export interface Screen {
  /** Runs a step of the start and says how long it took. */
  step<T>(name: string, work: (progress: (text: string) => void) => Promise<T>): Promise<T>;
  say(text: string): void;
}

export function openScreen(quiet: boolean): Screen {
  const terminal = process.stdout.isTTY;
  return {
    say: (text) => void process.stdout.write(`${text}\n`),
    async step(name, work) {
      const started = Date.now();
      const progress = (text: string): void => {
        if (terminal && !quiet) process.stdout.write(`\r\u001b[2K  … ${name}: ${text}`);
      };
      if (terminal && !quiet) process.stdout.write(`  … ${name}`);
      const result = await work(progress);
      const line = `  ✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`;
      if (!quiet) process.stdout.write(terminal ? `\r\u001b[2K${line}\n` : `${line}\n`);
      return result;
    },
  };
}
