// Ops that are shaders of our own on WebGL 2, beside elementwise groups, products and convolutions.
import type { Lowering } from '../lower/lowering.ts';
import { argExtreme } from './arg.ts';
import { folds } from './fold.ts';
import { maxPools } from './max-pool.ts';
import { philox } from './philox.ts';

/** Lowerings that replace kernels. */
export const shaders: Readonly<Record<string, Lowering>> = {
  ...folds,
  ...maxPools,
  argMax: argExtreme('>'),
  argMin: argExtreme('<'),
  randomBits: philox,
};
