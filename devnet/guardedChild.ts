import { startChild, type ChildOptions, type RunningChild } from './childProcess.js';

/**
 * Runs a program, says its process id, hands SIGTERM on, and ends it when standard input closes: that is when whoever
 * started this is gone, however it went. POSIX sh; `wait` is asked again because a signal interrupts it.
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
exit $status
`;

/** As `startChild`, for programs that know nothing of their parent: they end with this process too, however this one ends. */
export async function startGuardedChild(options: ChildOptions): Promise<RunningChild> {
  const child = await startChild({
    ...options,
    command: 'sh',
    args: ['-c', GUARD, 'sh', options.command, ...options.args],
    // A quick program may be ready before its guard has said its process id.
    ready: new RegExp(`^(?=[^]*guarded process (?<guarded>\\d+)\\n)[^]*?${options.ready.source}`, options.ready.flags),
  });
  const [, pid, ...groups] = child.match;
  return { ...child, pid: Number(pid), match: [child.match[0], ...groups] };
}
