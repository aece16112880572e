// Cases as vitest tests.

import { reference } from '@nablajs/backend-reference';
import type { AnyOp, Backend } from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case } from './case.ts';
import { judge } from './judge.ts';
import { entryFor, idlePatterns, type Skip, type Widening } from './skip.ts';

/** What the cases are run on. */
export interface Registration {
  readonly title: string;
  readonly make: () => Backend | Promise<Backend>;
  readonly cases: readonly Case[];
  readonly skip: readonly Skip[];
  readonly tolerances: readonly Widening[];
  /** Ops of plugins, for the truth. */
  readonly ops: readonly AnyOp[];
}

/** Makes one test of each case, in groups by the first section of its id. */
export function register({ title, make, cases, skip, tolerances, ops }: Registration): void {
  describe(title, () => {
    const truth = reference({ ops });
    let backend: Backend;
    beforeAll(async () => {
      backend = await make();
    });
    afterAll(async () => {
      await backend?.dispose();
      await truth.dispose();
    });

    for (const [group, members] of grouped(cases)) {
      describe(group, () => {
        for (const { id, run } of members) {
          const skipped = entryFor(skip, id);
          const widening = entryFor(tolerances, id);
          const relative = (usual: number): number => Math.max(usual, widening?.relative ?? 0);
          test(id, async (context) => {
            const reason = await judge(run, { backend, truth, relative }, skipped);
            if (reason !== null) context.skip(reason);
          });
        }
      });
    }

    if (skip.length + tolerances.length > 0) {
      test('every pattern in the lists of skips and tolerances matches a test', () => {
        const ids = cases.map(({ id }) => id);
        expect(idlePatterns([...skip, ...tolerances], ids)).toEqual([]);
      });
    }
  });
}

function grouped(cases: readonly Case[]): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  for (const one of cases) {
    const group = one.id.split('/')[0]!;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return groups;
}
