// Names that users write: found, or answered with the nearest known one.
import { ConfigError } from './errors.ts';

/**
 * The entry of a table.
 * @param place what the name stands for, `Dense: activation`
 * @throws ConfigError with the nearest known name, or all of them
 */
export function lookup<T>(place: string, name: string, table: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(table, name)) return table[name]!;
  throw new ConfigError(`${place} '${name}' is unknown. ${adviceFor(name, Object.keys(table))}`);
}

/**
 * The class of a name among classes by type, as users write it: `MeanSquaredError`, `meanSquaredError` or
 * `mean_squared_error`.
 * @param kind what the classes are, for messages: `loss`
 * @throws ConfigError with the nearest known name, or the package to install
 */
export function classNamed<T extends { readonly type: string }>(
  kind: string,
  name: string,
  registry: Readonly<Record<string, T>>,
): T {
  const classes = Object.fromEntries(Object.values(registry).map((each) => [each.type, each]));
  return classes[typeNamed(kind, name, Object.keys(classes))]!;
}

/** Which of the known types a name means; otherwise as {@link classNamed}, which it answers without the classes. */
export function typeNamed<T extends string>(kind: string, name: string, types: readonly T[]): T {
  const asked = letters(String(name));
  const found = types.find((type) => letters(type) === asked);
  if (found !== undefined) return found;
  throw new ConfigError(`there is no ${kind} '${name}'. ${adviceFor(String(name), types)}`);
}

/** What to do about an unknown name: install its package, or write the nearest known name. */
export function adviceFor(name: string, known: readonly string[]): string {
  const slash = name.lastIndexOf('/');
  if (slash > 0) {
    const owner = name.slice(0, slash);
    return `It belongs to the package '${owner}': install it and pass it along, as in loadModel(path, { plugins: [${identifier(owner)}] }).`;
  }
  const near = closest(name, known);
  if (near !== undefined) return `Did you mean '${near}'?`;
  return known.length === 0 ? 'There are none.' : `Known are: ${known.join(', ')}.`;
}

/** The known name that differs in few letters, or the first that begins so. Case and underscores do not count. */
export function closest(name: string, known: readonly string[]): string | undefined {
  const asked = letters(name);
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(asked, letters(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const most = Math.min(asked.length - 1, Math.max(1, Math.floor(asked.length / 3)));
  if (best && best.distance <= most) return best.candidate;
  return asked.length < 3 ? undefined : known.find((candidate) => letters(candidate).startsWith(asked));
}

function letters(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function identifier(owner: string): string {
  return owner.replace(/^.*[@/]/, '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : replaced;
      row.push(Math.min(replaced, swapped, rows[i - 1]![j]! + 1, row[j - 1]! + 1));
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
