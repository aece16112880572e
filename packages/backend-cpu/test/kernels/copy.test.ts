import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runner, SETTINGS } from './harness.ts';
import { KERNELS, planCopy, planTranspose, type StridedCopy } from './kernels.ts';
import { flat, indices } from './naive.ts';

const run = runner(KERNELS, SETTINGS[0]!);

function checkTranspose(shape: readonly number[], permutation: readonly number[]): void {
  const x = Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 1);
  const y = new Int32Array(x.length);
  run(planTranspose(shape, permutation), { x, y });
  const sizes = permutation.map((axis) => shape[axis]!);
  const truth = new Int32Array(x.length);
  for (const index of indices(sizes)) {
    const from: number[] = [];
    for (const [i, axis] of permutation.entries()) from[axis] = index[i]!;
    truth[flat(index, sizes)] = x[flat(from, shape)]!;
  }
  expect(y).toEqual(truth);
}

const permutations = fc.integer({ min: 0, max: 7 }).chain((rank) =>
  fc.record({
    shape: fc.array(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: rank < 5 ? 11 : 3 })), {
      minLength: rank,
      maxLength: rank,
    }),
    permutation: fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank }),
  }),
);

describe('transpose', () => {
  it('agrees with index arithmetic for every permutation', () => {
    fc.assert(
      fc.property(permutations, ({ shape, permutation }) => checkTranspose(shape, permutation)),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      [130, 67],
      [1, 0],
    ],
    [
      [3, 28, 28, 5],
      [0, 3, 1, 2],
    ],
    [
      [2, 5, 14, 15],
      [0, 2, 3, 1],
    ],
    [
      [4, 9, 3, 16],
      [0, 2, 1, 3],
    ],
    [
      [2, 400],
      [1, 0],
    ],
    [
      [2, 2, 2, 2, 2, 2, 2, 2],
      [7, 5, 6, 3, 4, 1, 0, 2],
    ],
  ])('%j by %j', checkTranspose);
});

/** Bytes in words: views of odd widths. */
function checkCopy(copy: StridedCopy, xLength: number, yLength: number): void {
  const unit = copy.bytesPerElement;
  const x = new Int32Array(Math.ceil((xLength * unit) / 4)).map((_, i) => Math.imul(i + 1, 0x9e3779b1));
  const y = new Int32Array(Math.ceil((yLength * unit) / 4)).fill(-1);
  const truth = new Uint8Array(y.slice().buffer);
  const from = new Uint8Array(x.buffer);
  for (const index of indices(copy.sizes)) {
    const at = (view: StridedCopy['source']): number =>
      index.reduce((sum, value, axis) => sum + value * view.steps[axis]!, view.offset) * unit;
    for (let byte = 0; byte < unit; byte++) truth[at(copy.target) + byte] = from[at(copy.source) + byte]!;
  }
  run(planCopy(copy), { x, y });
  expect(new Uint8Array(y.buffer)).toEqual(truth);
}

describe('strided copies', () => {
  it.each([1, 4, 8] as const)('slice, flip, broadcast and insert elements of %i bytes', (bytesPerElement) => {
    const slice = { sizes: [3, 5], source: { offset: 7, steps: [20, 2] }, target: { offset: 0, steps: [5, 1] } };
    checkCopy({ ...slice, bytesPerElement }, 60, 15);
    const flip = { sizes: [4, 6], source: { offset: 23, steps: [-6, -1] }, target: { offset: 0, steps: [6, 1] } };
    checkCopy({ ...flip, bytesPerElement }, 24, 24);
    const rows = { sizes: [4, 6], source: { offset: 18, steps: [-6, 1] }, target: { offset: 0, steps: [6, 1] } };
    checkCopy({ ...rows, bytesPerElement }, 24, 24);
    const spread = {
      sizes: [4, 3, 6],
      source: { offset: 0, steps: [6, 0, 1] },
      target: { offset: 0, steps: [18, 6, 1] },
    };
    checkCopy({ ...spread, bytesPerElement }, 24, 72);
    const fill = { sizes: [4, 9], source: { offset: 1, steps: [1, 0] }, target: { offset: 0, steps: [9, 1] } };
    checkCopy({ ...fill, bytesPerElement }, 5, 36);
    const insert = { sizes: [3, 5], source: { offset: 0, steps: [5, 1] }, target: { offset: 13, steps: [12, 1] } };
    checkCopy({ ...insert, bytesPerElement }, 15, 48);
    const long = { sizes: [2, 3000], source: { offset: 5, steps: [3100, 1] }, target: { offset: 2, steps: [3001, 1] } };
    checkCopy({ ...long, bytesPerElement }, 6200, 6100);
    const one = { sizes: [], source: { offset: 3, steps: [] }, target: { offset: 2, steps: [] } };
    checkCopy({ ...one, bytesPerElement }, 4, 4);
  });
});
