const MS = { hour: 3_600_000, minute: 60_000, second: 1_000 };

/** A positive duration as Go writes it, which is how Fabric keeps it: `400ms`, `1.5s`, `1m0s`, `1h0m0s`. */
export function durationText(ms: number): string {
  if (ms < MS.second) return `${ms}ms`;
  const hours = Math.floor(ms / MS.hour);
  const minutes = Math.floor((ms % MS.hour) / MS.minute);
  const seconds = `${(ms % MS.minute) / MS.second}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
