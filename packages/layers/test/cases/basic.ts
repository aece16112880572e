import { Identity } from '../../src/index.ts';
import type { LayerCase } from '../kit.ts';

export const BASIC: readonly LayerCase[] = [
  ['Identity', { make: () => new Identity(), config: {}, input: [2, 3], output: [2, 3] }],
];
