// Which lowering an op has on which engine.
import type { EngineName } from '../engine/start.ts';
import { elementwise } from './elementwise.ts';
import { onHost } from './host.ts';
import type { Lowering } from './lowering.ts';
import { matmul } from './product.ts';
import { randomBits } from './random.ts';
import { reduce } from './reduce.ts';
import { shape } from './shape.ts';

const HOST: readonly string[] = [
  'full',
  'iota',
  'gather',
  'scatterAdd',
  'argsort',
  'conv',
  'convInputGradient',
  'convKernelGradient',
  'maxPool',
  'maxPoolGradient',
  'maxPoolPick',
  'avgPool',
  'avgPoolGradient',
  'resize',
  'resizeGradient',
];

const COMMON: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(HOST.map((op) => [op, onHost])),
  ...elementwise,
  ...shape,
  ...reduce,
  matmul,
  randomBits,
};

/** All lowerings of an engine. */
export function lowerings(_engine: EngineName): Readonly<Record<string, Lowering>> {
  return COMMON;
}
