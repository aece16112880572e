// Gradients of ops, away from what programs that only predict load.

export type { Gradient } from './ops/gradients/gradient.ts';
export { gradientOf } from './ops/gradients/index.ts';
