import type { LayerCase } from '@nablajs/testkit';
import { Identity, Masking, WithMask } from '../../src/index.ts';

export const BASIC: readonly LayerCase[] = [
  ['Identity', { make: () => new Identity(), config: {}, input: [2, 3], output: [2, 3] }],

  ['Masking', { make: () => new Masking(0.5), config: { maskValue: 0.5 }, input: [2, 3, 2], output: [2, 3, 2] }],

  ['WithMask', { make: () => new WithMask(), config: {}, input: [[2, 3, 2], [2, 3]], output: [2, 3, 2] }], // biome-ignore format: one line
];
