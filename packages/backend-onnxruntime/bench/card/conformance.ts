// The testkit on the device: every op against the reference, in this process.
import { reference } from '@nablajs/backend-reference';
import { compositeOps, primitiveOps } from '@nablajs/tensor';
import type { Case } from '../../../testkit/src/case.ts';
import { contractCases } from '../../../testkit/src/contract/index.ts';
import { judge } from '../../../testkit/src/judge.ts';
import { opCases } from '../../../testkit/src/op/cases.ts';
import { programCases } from '../../../testkit/src/programs.ts';
import type { Watched } from './device.ts';
import type { Table } from './table.ts';

/** Of each op and kind of case. */
const FIRST = 2;

/** Passed, not applicable and failed cases by kind; failures are listed. */
export async function conformance({ backend }: Watched, all: boolean): Promise<Table> {
  const truth = reference();
  const kinds = new Map<string, { passed: number; skipped: number; failed: number }>();
  const failures: string[] = [];
  for (const [kind, one] of casesOf(all)) {
    const count = kinds.get(kind) ?? { passed: 0, skipped: 0, failed: 0 };
    kinds.set(kind, count);
    try {
      const reason = await judge(one.run, { backend, truth, relative: (usual) => usual }, undefined);
      if (reason === null) count.passed++;
      else count.skipped++;
    } catch (error) {
      count.failed++;
      failures.push(`- ${one.id}: ${(error as Error).message.split('\n')[0]!.slice(0, 300)}`);
    }
  }
  return {
    title: `Testkit, ${all ? 'all cases' : `the first ${FIRST} of each op and kind`}`,
    head: ['kind', 'passed', 'not applicable', 'failed'],
    rows: [...kinds].map(([kind, { passed, skipped, failed }]) => [kind, passed, skipped, failed]),
    notes: failures.length > 0 ? [`Failed:\n${failures.join('\n')}`] : [],
  };
}

function casesOf(all: boolean): [kind: string, one: Case][] {
  const taken = new Map<string, number>();
  const isTaken = (key: string): boolean => {
    const count = taken.get(key) ?? 0;
    taken.set(key, count + 1);
    return all || count < FIRST;
  };
  const ops = [...primitiveOps, ...compositeOps].flatMap((op) =>
    opCases(op)
      .map((one): [string, Case] => [one.id.split('/')[1]!, one])
      .filter(([kind]) => isTaken(`${op.definition.name} ${kind}`)),
  );
  return [
    ...ops,
    ...contractCases().map((one): [string, Case] => ['contract', one]),
    ...programCases()
      .slice(0, all ? undefined : 10)
      .map((one): [string, Case] => ['programs', one]),
  ];
}
