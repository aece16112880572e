// Which lowering an op has on which engine.
import type { EngineName } from '../engine/name.ts';
import type { Engine } from '../engine/start.ts';
import { shaders } from '../webgl/table.ts';
import { conv } from './conv.ts';
import { elementwise } from './elementwise.ts';
import { onHost } from './host.ts';
import type { Lowering } from './lowering.ts';
import { pool } from './pool.ts';
import { matmul } from './product.ts';
import { randomBits } from './random.ts';
import { reduce } from './reduce.ts';
import { resize } from './resize.ts';
import { rows } from './rows.ts';
import { shape } from './shape.ts';
import { webgpuLowerings } from './webgpu.ts';

type Table = Readonly<Record<string, Lowering>>;

const COMMON: Table = {
  full: onHost,
  iota: onHost,
  argsort: onHost,
  ...elementwise,
  ...shape,
  ...reduce,
  ...rows,
  ...conv,
  ...pool,
  ...resize,
  matmul,
  randomBits,
};

/** Kernels of the plain engine that take NaN, infinities or indices out of range for something else. */
const CPU: Table = Object.fromEntries(
  ['sign', 'pow', 'argMax', 'argMin', 'gather', 'scatterAdd'].map((op) => [op, onHost]),
);

const TABLES: Readonly<Record<EngineName, Table>> = {
  cpu: { ...COMMON, ...CPU },
  webgl: COMMON,
  webgpu: { ...COMMON, ...webgpuLowerings },
};

/** All lowerings of an engine. */
export function lowerings({ name, device }: Engine): Table {
  return device ? { ...TABLES[name], ...shaders } : TABLES[name];
}
