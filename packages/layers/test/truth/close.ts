import type { Tensor } from '@nablajs/tensor';
import { expect } from 'vitest';

/** Throws unless a tensor has these values, within rounding of float32. */
export async function expectValues(
  found: Tensor,
  expected: ArrayLike<number>,
  tolerance: number = 1e-5,
): Promise<void> {
  const data = await found.data();
  expect(data.length).toBe(expected.length);
  for (let i = 0; i < data.length; i++) {
    const truth = expected[i]!;
    expect(Math.abs(data[i]! - truth), `element ${i}: ${data[i]}, expected ${truth}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(truth)),
    );
  }
}

/** Values between -2 and 2 without a pattern that axes could share. */
export function waves(size: number, phase: number = 0): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(1.7 * i + 0.3 * phase + (i % 5)));
}

/** Reads a flat array by place. */
export function reader(data: ArrayLike<number>, shape: readonly number[]): (...at: number[]) => number {
  return (...at) => data[at.reduce((offset, index, axis) => offset * shape[axis]! + index, 0)]!;
}

/** Every place of a shape, in order. */
export function places(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (before, size) => before.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}
