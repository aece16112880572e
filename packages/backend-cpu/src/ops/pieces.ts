import { mergePads } from '../plan/merge-pads.ts';
import type { Family } from './family.ts';
import type { PiecesLowering } from './lowering.ts';

const concat: PiecesLowering = {
  kind: 'pieces',
  fill: () => 0,
  corners: (specs, attrs) => {
    let start = 0;
    return specs.map(({ shape }) => {
      const corner = shape.map((_, axis) => (axis === attrs['axis'] ? start : 0));
      start += shape[attrs['axis'] as number]!;
      return corner;
    });
  },
};

const pad: PiecesLowering = {
  kind: 'pieces',
  fill: (attrs) => attrs['value'] as number,
  corners: (_, attrs) => [attrs['low'] as readonly number[]],
};

/** Values put together from pieces. */
export const pieces: Family<'concat' | 'pad'> = { rows: { concat, pad }, kernels: [], pass: mergePads };
