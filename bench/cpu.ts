import { readFileSync } from 'node:fs';

/** Of a second, in /proc. */
const TICKS = 100;

/** Seconds of user and system time of all threads of a process so far (proc(5), stat). */
export function cpuOf(pid: number): number {
  const [, after = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = after.split(' ').map(Number);
  return ((fields[11] ?? NaN) + (fields[12] ?? NaN)) / TICKS;
}
