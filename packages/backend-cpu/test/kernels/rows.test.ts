import { hostArray, type Spec, sizeOf } from '@nablajs/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Family } from '../../src/ops/family.ts';
import { indexing } from '../../src/ops/indexing.ts';
import type { KernelLowering } from '../../src/ops/lowering.ts';
import { ordering } from '../../src/ops/ordering.ts';
import { runner, SETTINGS } from './harness.ts';
import { PLAIN } from './kernels.ts';

const [options] = SETTINGS;
const run = runner([...indexing.kernels, ...ordering.kernels], options!);

type Data = Float32Array | Int32Array;

/** Runs the plan of an op, cut into uneven ranges. */
function result(family: Family, op: string, operands: readonly [Data, Spec][], attrs: object, spec: Spec): Data {
  const lowering = (family.rows as Record<string, KernelLowering>)[op]!;
  const specs = operands.map(([, spec]) => spec);
  const plan = lowering.plan({ attrs: attrs as never, specs, spec, options: options!, epilogue: PLAIN });
  const y = hostArray(spec.dtype, sizeOf(spec.shape)) as Data;
  run(plan, {
    ...Object.fromEntries(operands.map(([data], i) => [lowering.operands[i]!, data])),
    [lowering.result]: y,
  });
  return y;
}

const sizes = fc.record({
  outer: fc.integer({ min: 1, max: 5 }),
  length: fc.integer({ min: 1, max: 23 }),
  inner: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 11 })),
});

test.each(['argMax', 'argMin'])('%s finds the first winner along any axis, NaN before all', (op) => {
  const values = fc.constantFrom(-2, -1, -0, 0, 1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
  fc.assert(
    fc.property(sizes, fc.boolean(), fc.array(values, { minLength: 7, maxLength: 60 }), (size, floats, list) => {
      const { outer, length, inner } = size;
      const shape = [outer, length, inner];
      const dtype = floats ? 'float32' : 'int32';
      const x = hostArray(dtype, sizeOf(shape)) as Data;
      for (let i = 0; i < x.length; i++) x[i] = list[i % list.length]!;
      const y = result(ordering, op, [[x, { shape, dtype }]], { axis: 1 }, { shape: [outer, inner], dtype: 'int32' });
      for (let i = 0; i < outer * inner; i++) {
        const lane = Array.from({ length }, (_, k) => x[(Math.floor(i / inner) * length + k) * inner + (i % inner)]!);
        const best = op === 'argMax' ? Math.max(...lane) : Math.min(...lane);
        expect(y[i]).toBe(lane.findIndex((value) => value === best || (Number.isNaN(best) && Number.isNaN(value))));
      }
    }),
    { numRuns: 150 },
  );
});

test('scatterAdd adds rows in their order, whoever has which part of the result', () => {
  fc.assert(
    fc.property(
      sizes,
      fc.array(fc.integer({ min: -2, max: 25 }), { maxLength: 30 }),
      fc.boolean(),
      (size, list, floats) => {
        const { outer, length, inner } = size;
        const dtype = floats ? 'float32' : 'int32';
        const shape = [outer, list.length, inner];
        const x = hostArray(dtype, sizeOf(shape)) as Data;
        for (let i = 0; i < x.length; i++) x[i] = ((i * 37) % 19) - 9;
        const indices = Int32Array.from(list);
        const operands: [Data, Spec][] = [
          [indices, { shape: [list.length], dtype: 'int32' }],
          [x, { shape, dtype }],
        ];
        const y = result(
          indexing,
          'scatterAdd',
          operands,
          { axis: 1, size: length },
          { shape: [outer, length, inner], dtype },
        );
        const truth = new Float64Array(y.length);
        for (let i = 0; i < x.length; i++) {
          const row = list[Math.floor(i / inner) % list.length]!;
          const block = Math.floor(i / inner / list.length);
          if (row >= 0 && row < length) truth[(block * length + row) * inner + (i % inner)]! += x[i]!;
        }
        expect([...y]).toEqual([...truth]);
      },
    ),
    { numRuns: 150 },
  );
});
