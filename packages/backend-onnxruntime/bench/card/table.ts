// Results as Markdown, which is readable in a terminal too.

/** A result. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** What a reader must know to understand the numbers, a sentence each. */
  readonly notes?: readonly string[];
}

/** A table with columns that line up. */
export function markdownOf({ title, head, rows, notes = [] }: Table): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [
    `### ${title}`,
    '',
    line(cells[0]!),
    rule,
    ...cells.slice(1).map(line),
    ...notes.flatMap((n) => ['', n]),
  ].join('\n');
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
