/** As a shell counts a program that nobody reads any more: 128 and SIGPIPE. Neither done nor failed: who asked has not heard the end. */
const UNHEARD = 141;

/**
 * Has the process end without a word once nobody reads what it prints, as after `| head -1`. Whatever it was at may be broken off so:
 * it is what a closed terminal or Ctrl-C does. Other errors of the streams stay what they were.
 */
export function endWhereUnheard(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(UNHEARD);
    });
}
