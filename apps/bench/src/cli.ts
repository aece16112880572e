// The command: which benchmarks, how thorough, and where the results go.
import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import type { BenchOptions } from './frame/bench.ts';
import { describeMachine, machineNow } from './frame/machine.ts';
import { printTable } from './frame/print.ts';
import { writeReport } from './frame/report.ts';

const USAGE = `npm run bench -- [name ...] [options]

  --full         more rounds, and contenders that take minutes
  --threads <n>  threads of every contender that can be told, default 1
  --write        writes docs/benchmarks/<name>.md and .json as well

Benchmarks:
${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
  .join('\n')}`;

/** Runs what the arguments ask for; resolves with the exit status. `root` is the folder of the workspace. */
export async function main(args: readonly string[], root: string): Promise<number> {
  const asked = parse(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  const { names, write, ...choices } = asked;
  const options: BenchOptions = { ...choices, root };
  const machine = machineNow();
  console.log(describeMachine(machine));
  for (const name of names) {
    const { about, load } = benches[name]!;
    const tables = await (await load()).run(options);
    for (const table of tables) printTable(table);
    if (write) console.log(`\n${writeReport(root, { name, about, options, machine, tables })}`);
  }
  return 0;
}

interface Asked extends Omit<BenchOptions, 'root'> {
  readonly names: readonly string[];
  readonly write: boolean;
}

function parse(args: readonly string[]): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        full: { type: 'boolean', default: false },
        threads: { type: 'string', default: '1' },
        write: { type: 'boolean', default: false },
      },
    });
    const threads = Number(values.threads);
    const known = positionals.every((name) => Object.hasOwn(benches, name));
    if (!known || !Number.isInteger(threads) || threads < 1) return null;
    const names = positionals.length > 0 ? positionals : Object.keys(benches);
    return { names, write: values.write, full: values.full, threads };
  } catch {
    return null;
  }
}
