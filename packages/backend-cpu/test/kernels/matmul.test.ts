import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectClose, runner, SETTINGS, values } from './harness.ts';
import { type Epilogue, KERNELS, type KernelOptions, type MatmulShape, PLAIN, planMatmul } from './kernels.ts';

const TILES = [
  [4, 8],
  [5, 8],
  [6, 8],
  [6, 16],
  [8, 8],
] as const;

function naive(
  shape: MatmulShape,
  a: Float32Array,
  b: Float32Array,
  bias: Float32Array,
  epilogue: Epilogue,
): Float64Array {
  const { batch, m, n, k, transposeA, transposeB } = shape;
  const c = new Float64Array(batch * m * n);
  for (let t = 0; t < batch; t++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = epilogue.bias ? bias[j]! : 0;
        for (let l = 0; l < k; l++) {
          const left = a[t * m * k + (transposeA ? l * m + i : i * k + l)]!;
          const right = b[t * k * n + (transposeB ? j * k + l : l * n + j)]!;
          sum += left * right;
        }
        c[(t * m + i) * n + j] = epilogue.relu ? Math.max(sum, 0) : sum;
      }
    }
  }
  return c;
}

type Run = ReturnType<typeof runner>;

function check(run: Run, options: KernelOptions, shape: MatmulShape, epilogue: Epilogue = PLAIN): void {
  const { batch, m, n, k } = shape;
  const a = values(batch * m * k, 1);
  const b = values(batch * k * n, 2);
  const bias = values(n, 3);
  const c = new Float32Array(batch * m * n).fill(7);
  run(planMatmul(shape, options, epilogue), { a, b, c, bias });
  expectClose(c, naive(shape, a, b, bias, epilogue));
}

const size = (max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max }));
const shapes: fc.Arbitrary<MatmulShape> = fc.record({
  batch: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 3 })),
  m: size(150),
  n: size(70),
  k: size(300),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
});
const epilogues: fc.Arbitrary<Epilogue> = fc.record({ bias: fc.boolean(), relu: fc.boolean() });

describe.each(SETTINGS)('matmul, relaxed: $relaxed', (options) => {
  const run = runner(KERNELS, options);

  it('agrees with loops in double precision at any size', () => {
    fc.assert(
      fc.property(shapes, epilogues, (shape, epilogue) => check(run, options, shape, epilogue)),
      { numRuns: 150 },
    );
  });

  it.each([
    [128, 512, 784],
    [64, 1040, 9],
    [300, 33, 600],
    [1, 500, 700],
    [1, 1129, 6],
    [500, 1, 700],
    [3, 64, 257],
    [65, 10, 128],
  ])('%i x %i x %i in all transpositions', (m, n, k) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) check(run, options, { batch: 1, m, n, k, transposeA, transposeB });
    }
  });

  it('gives the bias, or zero, when there is nothing to sum', () => {
    const c = new Float32Array(6).fill(9);
    const shape = { batch: 1, m: 2, n: 3, k: 0, transposeA: false, transposeB: false };
    const none = new Float32Array(0);
    run(planMatmul(shape, options), { a: none, b: none, c });
    expect([...c]).toEqual([0, 0, 0, 0, 0, 0]);
    run(planMatmul(shape, options, { bias: true, relu: true }), {
      a: none,
      b: none,
      c,
      bias: new Float32Array([1, -2, 3]),
    });
    expect([...c]).toEqual([1, 0, 3, 1, 0, 3]);
  });

  it('passes NaN on, also through ReLU, and only to where it belongs', () => {
    const a = new Float32Array([1, Number.NaN, 2, 3]);
    const c = new Float32Array(4);
    const shape = { batch: 1, m: 2, n: 2, k: 2, transposeA: false, transposeB: false };
    run(planMatmul(shape, options, { bias: false, relu: true }), { a, b: new Float32Array([1, -1, 1, -1]), c });
    expect([...c]).toEqual([Number.NaN, Number.NaN, 5, 0]);
  });
});

describe.each(TILES)('a register tile of %i x %i', (rows, columns) => {
  it('gives the same products', () => {
    const options = { relaxed: false, tile: { rows, columns } };
    const run = runner(KERNELS, options);
    fc.assert(
      fc.property(shapes, epilogues, (shape, epilogue) => check(run, options, shape, epilogue)),
      { numRuns: 40 },
    );
  });
});

describe('accumulation', () => {
  it('adds to what is there', () => {
    const options = SETTINGS[0]!;
    const shape = { batch: 1, m: 13, n: 21, k: 300, transposeA: false, transposeB: false };
    const a = values(13 * 300);
    const b = values(300 * 21);
    const c = new Float32Array(13 * 21).fill(5);
    const plan = planMatmul(shape, options);
    const calls = plan.calls.map((call) => ({ ...call, args: { ...call.args, accumulate: 1 } }));
    runner(KERNELS, options)({ ...plan, calls }, { a, b, c });
    expectClose(
      c,
      naive(shape, a, b, b, PLAIN).map((x) => x + 5),
    );
  });
});
