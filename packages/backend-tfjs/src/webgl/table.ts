// Ops that are shaders of our own on WebGL 2: the elementwise ones when they stand alone, maxima of windows, random bits.
import type { Lowering } from '../lower/lowering.ts';
import { argExtreme } from './arg.ts';
import { maxPools } from './max-pool.ts';
import { philox } from './philox.ts';

/** Lowerings that replace kernels. */
export const shaders: Readonly<Record<string, Lowering>> = {
  ...maxPools,
  argMax: argExtreme('>'),
  argMin: argExtreme('<'),
  randomBits: philox,
};
