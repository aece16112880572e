// Where an optimizer leads on a surface, and where its formula does, element by element in float64.
import { gradients } from '@nablajs/autograd';
import { type Tensor, tensor, variable } from '@nablajs/tensor';
import { expect } from 'vitest';
import type { Optimizer } from '../src/index.ts';

/** A loss to descend, and its slope by hand. */
export interface Surface {
  readonly start: readonly number[];
  readonly loss: (w: Tensor) => Tensor;
  readonly slope: (w: readonly number[]) => number[];
}

export const parabola: Surface = { start: [-2], loss: (w) => w.square().sum(), slope: ([w]) => [2 * w!] };
// w1^2 + 10 w2^2 + w1 w2: a narrow bowl that lies askew.
export const bowl: Surface = {
  start: [1.5, -0.7],
  loss: (w) => {
    const [a, b] = [w.slice([0], [1]), w.slice([1], [1])];
    return a.square().add(b.square().mul(10)).add(a.mul(b)).sum();
  },
  slope: ([a, b]) => [2 * a! + b!, 20 * b! + a!],
};

/** Where `steps` updates lead, one point after the other. */
export async function path(optimizer: Optimizer, { start, loss }: Surface, steps = 5): Promise<number[][]> {
  const w = variable(tensor(start), { name: 'w' });
  const points: number[][] = [];
  for (let i = 0; i < steps; i++) {
    optimizer.apply([w], gradients(loss(w.value), [w]));
    points.push([...(await w.value.data())]);
  }
  return points;
}

/** The next value of one element from the element, its gradient, its memory and the number of the step. */
export type Rule = (w: number, g: number, memory: Record<string, number>, t: number) => number;

export function expectedPath(rule: Rule, { start, slope }: Surface, steps = 5): number[][] {
  const memories: Record<string, number>[] = start.map(() => ({}));
  let w: readonly number[] = start;
  return Array.from({ length: steps }, (_, i) => {
    const g = slope(w);
    w = w.map((value, k) => rule(value, g[k]!, memories[k]!, i + 1));
    return [...w];
  });
}

/** Fails unless both paths agree to seven digits, or as many as said. */
export function expectPath(found: number[][], expected: number[][], tolerance = 1e-6): void {
  for (const [i, point] of expected.entries()) {
    for (const [k, value] of point.entries()) {
      const error = Math.abs(found[i]![k]! - value);
      const place = `step ${i + 1}, element ${k}: ${found[i]![k]} instead of ${value}`;
      expect(error, place).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
    }
  }
}
