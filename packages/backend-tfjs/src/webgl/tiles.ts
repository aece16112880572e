// Products in tiles of 4 x 4: a fragment computes four rows of four columns at once, into four targets, so that each texel
// it fetches is used in sixteen products. A second program brings the rows together, with a bias and a rectifier.
import { type Spec, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import type { Call } from '../lower/lowering.ts';
import type { Epilogue } from '../lower/product.ts';
import { quotient, remainder } from './layout.ts';
import type { Shader } from './program.ts';

/** A product of matrices, however its operands are made. */
export interface Product {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  /** Parts that the sum is cut into, for more fragments to work at the same time. */
  readonly splits: number;
  /** Statements that add to `r0` ... `r3`, the rows from `m` on in the columns from `n` on, part `s` of batch `b`. */
  readonly body: string;
  readonly functions?: string;
}

/** Fragments that keep a device busy. */
const ENOUGH = 4096;

/** Parts for a sum of `length` terms, so that there are enough fragments and each has enough to do. */
export function splitsOf(batch: number, rows: number, columns: number, length: number, least: number): number {
  const fragments = batch * Math.ceil(rows / 4) * Math.ceil(columns / 4);
  return Math.max(1, Math.min(Math.ceil(ENOUGH / fragments), Math.floor(length / least)));
}

/** Runs a product. */
export function runProduct(
  machine: Machine,
  call: Call,
  product: () => Product,
  inputs: readonly TensorInfo[],
  { bias, activation }: Epilogue,
): TensorInfo {
  const device = machine.device!;
  const plan = planOf(call, product);
  const { splits, batch, rows, columns } = plan;
  const fragments = splits * batch * Math.ceil(rows / 4) * Math.ceil(columns / 4);
  const part: Spec = { shape: [4 * fragments], dtype: 'float32' };
  const parts = device.run(machine, call, 'tiles', () => tileShader(plan, fragments), inputs, [part, part, part, part]);
  const pass = `merge ${activation} ${bias ? 'bias' : ''}`;
  const merged = device.run(
    machine,
    call,
    pass,
    () => mergeShader(plan, call.spec, bias !== undefined, activation === 'relu'),
    bias ? [...parts, bias] : parts,
    [call.spec],
  );
  return merged[0]!;
}

const plans = new WeakMap<Call, Product>();

function planOf(call: Call, product: () => Product): Product {
  const plan = plans.get(call) ?? product();
  plans.set(call, plan);
  return plan;
}

function tileShader({ batch, rows, columns, body, functions = '' }: Product, fragments: number): Shader {
  const [down, across] = [Math.ceil(rows / 4), Math.ceil(columns / 4)];
  return {
    targets: 4,
    functions,
    body: `
  int rest = ${quotient('t', across, fragments)};
  int n = 4 * (t - rest * ${across});
  int above = ${quotient('rest', down, fragments)};
  int m = 4 * (rest - above * ${down});
  int s = ${quotient('above', batch, fragments)};
  int b = above - s * ${batch};
  vec4 r0 = vec4(0.0);
  vec4 r1 = vec4(0.0);
  vec4 r2 = vec4(0.0);
  vec4 r3 = vec4(0.0);
  {
${body}
  }
  out0 = r0;
  out1 = r1;
  out2 = r2;
  out3 = r3;`,
  };
}

function mergeShader(
  { batch, rows, columns, splits }: Product,
  { shape }: Spec,
  biased: boolean,
  rectified: boolean,
): Shader {
  const [down, across] = [Math.ceil(rows / 4), Math.ceil(columns / 4)];
  const size = sizeOf(shape);
  // Of row `m` of all batches, the tile that starts at column `n`.
  const functions = `
vec4 tileOf(int m, int across) {
  int b = ${quotient('m', rows, size)};
  int row = m - b * ${rows};
  int tile = (b * ${down} + (row >> 2)) * ${across} + across;
  int j = row & 3;
  vec4 sum = vec4(0.0);
  for (int s = 0; s < ${splits}; s++) {
    sum += j == 0 ? quad0(tile) : j == 1 ? quad1(tile) : j == 2 ? quad2(tile) : quad3(tile);
    tile += ${batch * down * across};
  }
  return sum;
}`;
  const finish = (value: string): string => (rectified ? `(${value} < 0.0 ? 0.0 : ${value})` : value);
  if (columns % 4 === 0) {
    const lanes = [0, 1, 2, 3].map((lane) => finish(`y.${'xyzw'[lane]}`)).join(', ');
    return {
      targets: 1,
      functions,
      body: `
  int m = ${quotient('t', across, size / 4)};
  int across = t - m * ${across};
  vec4 y = tileOf(m, across)${biased ? ' + quad4(across)' : ''};
  out0 = ${rectified ? `vec4(${lanes})` : 'y'};`,
    };
  }
  return {
    targets: 1,
    functions,
    body: `
  vec4 all;
  for (int lane = 0; lane < 4; lane++) {
    int i = 4 * t + lane;
    int m = ${quotient('i', columns, size)};
    int n = ${remainder('i', columns, size)};
    float y = tileOf(m, n >> 2)[n & 3]${biased ? ' + read4(n)' : ''};
    all[lane] = ${finish('y')};
  }
  out0 = all;`,
  };
}

/** Four neighbouring elements of input `k` from element `index` on; in one fetch where they fill a texel. */
export function fourOf(k: number, index: string, aligned: boolean): string {
  return aligned ? `quad${k}((${index}) >> 2)` : `four${k}(${index})`;
}

/** The function that {@link fourOf} calls where elements do not fill a texel. */
export function fourFunction(k: number): string {
  return `vec4 four${k}(int i) { return vec4(read${k}(i), read${k}(i + 1), read${k}(i + 2), read${k}(i + 3)); }`;
}
