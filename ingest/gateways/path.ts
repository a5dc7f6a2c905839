/** Paths into JSON: keys joined by dots, indexes as numbers; a key that holds a dot itself is found as a whole. */

/** The keys that lead along a path, null where it leads nowhere. */
export function keysOf(value: unknown, path: string): readonly string[] | null {
  if (typeof value !== "object" || value === null) return null;
  if (Object.hasOwn(value, path)) return [path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    const rest = keysOf(Reflect.get(value, key), path.slice(dot + 1));
    if (rest !== null) return [key, ...rest];
  }
  return null;
}

/** What stands at a path, undefined where nothing does. */
export function valueAtPath(value: unknown, path: string): unknown {
  const keys = keysOf(value, path);
  if (keys === null) return undefined;
  let at = value;
  for (const key of keys) at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  return at;
}

/** A copy of a value that has something else at the end of these keys. */
export function withValueAt(value: unknown, keys: readonly string[], inserted: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return inserted;
  if (typeof value !== "object" || value === null) return value;
  const changed = withValueAt(Reflect.get(value, key), rest, inserted);
  if (Array.isArray(value)) return value.map((entry: unknown, i) => (String(i) === key ? changed : entry));
  return Object.fromEntries(
    Object.entries(value).map(([k, v]: [string, unknown]) => [k, k === key ? changed : v]),
  );
}
