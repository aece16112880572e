// Results as files: Markdown for the page about benchmarks, JSON for whoever compares.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchOptions, type Table, textOf } from './bench.ts';
import { describeMachine, type Machine } from './machine.ts';

/** Everything that one run of a benchmark has to tell. */
export interface Report {
  readonly name: string;
  readonly about: string;
  readonly options: BenchOptions;
  readonly machine: Machine;
  readonly tables: readonly Table[];
}

/** Where reports lie, from the root of the workspace. */
const FOLDER = 'docs/benchmarks';

/** Reports of other versions of Node say so in their name. */
const USUAL_NODE = 20;

/** Writes both files; gives back their names. */
export function writeReport(root: string, report: Report): string {
  const { name, about, options, machine, tables } = report;
  const { full, threads } = options;
  const major = Number.parseInt(machine.node.slice(1), 10);
  const engine = major === USUAL_NODE ? '' : `-node${major}`;
  const file = `${FOLDER}/${threads === 1 ? name : `${name}-${threads}-threads`}${engine}`;
  mkdirSync(join(root, FOLDER), { recursive: true });
  writeFileSync(join(root, `${file}.md`), markdownOf(report));
  const data = { name, about, options: { full, threads }, machine, tables };
  writeFileSync(join(root, `${file}.json`), `${JSON.stringify(data, rounded, 2)}\n`);
  return `wrote ${file}.md and .json`;
}

function markdownOf({ name, options, machine, tables }: Report): string {
  const command = `npm run bench -- ${name}${options.full ? ' --full' : ''}${options.threads > 1 ? ` --threads ${options.threads}` : ''}`;
  const head = `\`${command}\` on ${describeMachine(machine)}.`;
  return `${[head, ...tables.map(sectionOf)].join('\n\n')}\n`;
}

function sectionOf({ title, columns, rows, notes = [] }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line(columns.map((column) => column.title)),
    line(columns.map(({ digits }) => (digits === undefined ? '---' : '--:'))),
    ...rows.map((row) => line(row.map((cell, i) => textOf(cell, columns[i]!)))),
    ...notes.flatMap((note) => ['', note]),
  ].join('\n');
}

/** More digits than these say nothing. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
