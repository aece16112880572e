// Names that users write: found, or answered with the nearest known one.
import { ConfigError } from '@nablajs/tensor';

/**
 * The entry of a table.
 * @param place what the name stands for, `Dense: activation`
 * @throws ConfigError with the nearest known name, or all of them
 */
export function lookup<T>(place: string, name: string, table: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(table, name)) return table[name]!;
  throw new ConfigError(`${place} '${name}' is unknown. ${adviceFor(name, Object.keys(table))}`);
}

/** What to do about an unknown name: install its package, or write the nearest known name. */
export function adviceFor(name: string, known: readonly string[]): string {
  const slash = name.lastIndexOf('/');
  if (slash > 0) {
    const owner = name.slice(0, slash);
    return `It belongs to the package '${owner}': install it and pass it along, as in loadModel(path, { plugins: [${identifier(owner)}] }).`;
  }
  const near = closest(name, known);
  return near === undefined ? `Known are: ${known.join(', ')}.` : `Did you mean '${near}'?`;
}

/** The known name that differs least from `name`, when few letters differ. Case and underscores do not count. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const asked = letters(name);
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(asked, letters(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(asked.length / 3)) ? best.candidate : undefined;
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function identifier(owner: string): string {
  return owner.replace(/^.*[@/]/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Levenshtein: insertions, deletions and replacements that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
