// Tables in the terminal.
import { type Table, textOf } from './bench.ts';

/** Prints a table, numbers at the right. */
export function printTable({ title, columns, rows, notes = [] }: Table): void {
  const texts = [
    columns.map((column) => column.title),
    ...rows.map((row) => row.map((c, i) => textOf(c, columns[i]!))),
  ];
  const widths = columns.map((_, i) => Math.max(...texts.map((row) => row[i]!.length)));
  console.log(`\n${title}`);
  for (const row of texts) {
    const cells = row.map((cell, i) =>
      columns[i]!.digits === undefined ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!),
    );
    console.log(`  ${cells.join('   ').trimEnd()}`);
  }
  for (const note of notes) console.log(`  ${note}`);
}
