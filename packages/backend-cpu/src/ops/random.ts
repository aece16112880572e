import { sizeOf } from '@nablajs/tensor';
import { place } from '../kernels/kernel.ts';
import { numeric, single } from './axis.ts';
import type { Family } from './family.ts';
import { philox } from './kernels/philox.ts';
import type { KernelLowering } from './lowering.ts';

const randomBits: KernelLowering = {
  kind: 'kernel',
  operands: ['key'],
  result: 'y',
  plan: ({ attrs, spec }) => {
    const size = sizeOf(spec.shape);
    const args = { key: place('key'), draw: numeric(attrs, 'offset'), y: place('y') };
    return single(philox, args, { extent: Math.ceil(size / 16), workspace: 0, work: size * 4 });
  },
};

/** Random numbers. */
export const random: Family<'randomBits'> = { kernels: [philox], rows: { randomBits } };
