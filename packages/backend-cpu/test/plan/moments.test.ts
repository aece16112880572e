import { gradients } from '@nablajs/autograd';
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { type Backend, compile, fromData, type Tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { place } from '../../src/kernels/kernel.ts';
import { single } from '../../src/ops/axis.ts';
import { moments } from '../../src/ops/kernels/moments.ts';
import { runner, SETTINGS } from '../kernels/harness.ts';

function data(shape: readonly number[], scale = 1, shift = 0): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return fromData(
    Float32Array.from({ length: size }, (_, i) => shift + scale * ((((i * 7919) % 1009) / 1009) * 2 - 1)),
    shape,
  );
}

/** Statistics, result and all gradients of batch normalisation with a branch around it. */
function normalised(x: Tensor, gamma: Tensor, beta: Tensor, dy: Tensor): Tensor[] {
  const axes = x.shape.slice(1).map((_, axis) => axis);
  const mean = x.mean(axes);
  const centred = x.sub(mean);
  const variance = centred.square().mean(axes);
  const y = centred.mul(variance.add(1e-3).rsqrt().mul(gamma)).add(beta).relu().add(x);
  return [mean, variance, y, ...gradients(y.mul(dy).sum(), [x, gamma, beta])];
}

async function found(backend: Backend, shape: readonly number[], shift: number): Promise<number[][]> {
  const step = compile(normalised, { backend });
  const c = [shape.at(-1)!];
  const results = await step(data(shape, 1, shift), data(c, 1, 2), data(c), data(shape));
  return Promise.all(results.map(async (result) => Array.from(await result.data())));
}

test.each([
  [[5, 3], 0],
  [[70, 20], 3],
  [[4, 9, 7, 33], -2],
  [[600, 1], 1],
  [[1, 6], 0],
] as const)('batch normalisation of %j around %d is that of the reference, and its gradients', async (shape, shift) => {
  const [fast, truth] = [await found(await cpu(), shape, shift), await found(reference(), shape, shift)];
  truth.forEach((values, i) => {
    const scale = Math.max(1, ...values.map(Math.abs));
    const worst = Math.max(...values.map((value, j) => Math.abs(value - fast[i]![j]!)));
    expect(worst / scale).toBeLessThan(1e-5);
  });
});

test.each(SETTINGS)('sums and centred squares keep their digits far from 0 and in any order: %j', (options) => {
  const run = runner([moments], options);
  const [rows, columns] = [777, 37];
  // Column 0 is sorted, column 1 constant, column 2 begins with what the rest is far from, the others lie far from 0.
  const value = (row: number, column: number): number => {
    if (column < 2) return column === 0 ? row : 5;
    if (column + row === 2) return 1e5;
    return Math.fround(1e4 * column + (((row * 31 + column) * 7919) % 1009) / 1009);
  };
  const x = Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));
  const y = new Float32Array(2 * columns);
  const args = { x: place('x'), y: place('y'), rows, row: columns * 4, chunk: 32 };
  run(single(moments, args, { extent: Math.ceil(columns / 16), workspace: 0, work: 0 }), { x, y });
  for (let column = 0; column < columns; column++) {
    let [mean, squares] = [0, 0];
    for (let row = 0; row < rows; row++) mean += x[row * columns + column]! / rows;
    for (let row = 0; row < rows; row++) squares += (x[row * columns + column]! - mean) ** 2;
    const deviation = Math.sqrt(squares / rows);
    expect(Math.abs(y[column]! / rows - mean) / Math.max(mean, deviation)).toBeLessThan(1e-6);
    if (column === 1) expect(y[columns + 1]).toBe(0);
    if (column !== 1) expect(Math.abs(y[columns + column]! / squares - 1)).toBeLessThan(2e-6);
  }
});
