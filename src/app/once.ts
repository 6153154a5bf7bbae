/** The things of one request, each made on first use. */
export function onceMap(): <T>(key: symbol, make: () => T) => T {
  const made = new Map<symbol, unknown>();
  return <T>(key: symbol, make: () => T): T => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
}
