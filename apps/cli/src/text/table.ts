import { wrap } from './wrap.ts';

/** Columns that line up: the first to the left, the others to the right unless `left` names them, under a ruled head. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly string[] = [],
): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const toLeft = column === 0 || left.includes(head[column]!);
        return toLeft ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
      })
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/** A table of at most `width` characters, all to the left: the last column is wrapped into what the others leave. */
export function wrappedTable(head: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const last = head.length - 1;
  const taken = head
    .slice(0, -1)
    .reduce((sum, cell, column) => sum + Math.max(cell.length, ...rows.map((row) => row[column]!.length)) + 2, 0);
  const room = Math.max(24, width - taken);
  const lines = rows.flatMap((row) =>
    wrap(row[last]!, room).map((text, i) => [...row.slice(0, -1).map((cell) => (i === 0 ? cell : '')), text]),
  );
  return table(head, lines, head);
}
