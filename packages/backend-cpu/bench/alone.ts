import { parseArgs } from 'node:util';
import { KERNELS, planMatmul } from '../test/kernels/kernels.ts';
import { Engine, OPTIONS } from './engine.ts';

/** Prints how many products of two `--size` matrices this process finishes per second, from `--start` on for `--length` milliseconds. */
export function run(): void {
  const { values } = parseArgs({
    options: { size: { type: 'string' }, start: { type: 'string' }, length: { type: 'string' } },
    allowPositionals: true,
  });
  const [size, start, length] = [Number(values.size), Number(values.start), Number(values.length)];
  const engine = new Engine(KERNELS, OPTIONS, 64);
  const [a, b, c] = [engine.floats(size * size), engine.floats(size * size), engine.floats(size * size)];
  const shape = { batch: 1, m: size, n: size, k: size, transposeA: false, transposeB: false };
  const multiply = engine.prepare(planMatmul(shape, OPTIONS), { a, b, c });
  do multiply();
  while (Date.now() < start);
  let count = 0;
  const from = performance.now();
  do {
    multiply();
    count++;
  } while (performance.now() < from + length);
  console.log((count * 1000) / (performance.now() - from));
}
