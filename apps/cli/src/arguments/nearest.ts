/** The candidate that takes the fewest typing errors to become `typed`, if few do. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  // A third of the letters may be wrong, at least two for short words such as `ot` for `out`.
  let fewest = Math.max(2, Math.ceil(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    const errors = typingErrors(typed.toLowerCase(), candidate.toLowerCase());
    if (errors < fewest && errors < candidate.length) [best, fewest] = [candidate, errors];
  }
  return best;
}

/** ` Did you mean "train"?`, or nothing. */
export function suggestion(typed: string, candidates: readonly string[], prefix = ''): string {
  const found = nearest(typed, candidates);
  return found === undefined ? '' : ` Did you mean ${prefix}${found}?`;
}

/** Letters missed, added, changed or swapped with their neighbour (the optimal string alignment distance). */
function typingErrors(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const changed = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? rows[i - 2]![j - 2]! + 1
          : Number.POSITIVE_INFINITY;
      rows[i]![j] = Math.min(changed, swapped, rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1);
    }
  }
  return rows[a.length]![b.length]!;
}
