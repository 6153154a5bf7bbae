import { startChild, type ChildOptions, type RunningChild } from './childProcess.js';

/**
 * Runs a program, says its process id, hands SIGTERM on, and ends it when standard input closes: that is when whoever
 * started this is gone, however it went. POSIX sh; `wait` is asked again because a signal interrupts it. GUARDED_SCRATCH, where it is
 * set, is a directory of the program's that goes with it.
 */
export const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
echo "guarded process $child"
{ cat <&3; kill -TERM $child; } >/dev/null 2>&1 &
trap 'kill -TERM $child 2>/dev/null' TERM INT
wait $child; status=$?
while kill -0 $child 2>/dev/null; do wait $child; status=$?; done
[ -z "$GUARDED_SCRATCH" ] || rm -rf -- "$GUARDED_SCRATCH"
exit $status
`;

export interface GuardedChildOptions extends ChildOptions {
  /** A directory of the program's own, removed once it has ended, however it ended. */
  readonly scratch?: string;
}

/** As `startChild`, for programs that know nothing of their parent: they end with this process too, however this one ends. */
export async function startGuardedChild({ scratch, ...options }: GuardedChildOptions): Promise<RunningChild> {
  const child = await startChild({
    ...options,
    env: { ...options.env, ...(scratch === undefined ? {} : { GUARDED_SCRATCH: scratch }) },
    command: 'sh',
    args: ['-c', GUARD, 'sh', options.command, ...options.args],
    // A quick program may be ready before its guard has said its process id.
    ready: new RegExp(`^(?=[^]*guarded process (?<guarded>\\d+)\\n)[^]*?${options.ready.source}`, options.ready.flags),
  });
  const [, pid, ...groups] = child.match;
  return { ...child, pid: Number(pid), match: [child.match[0], ...groups] };
}
