// Matrix products.

import { sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { attr, type Call } from '../lower/lowering.ts';
import type { Epilogue } from '../lower/product.ts';
import { fourFunction, fourOf, type Product, runProduct, splitsOf } from './tiles.ts';

/** `a x b`, a bias added to the last axis, an activation applied. */
export function matmulTiles(
  machine: Machine,
  [a, b]: readonly TensorInfo[],
  call: Call,
  epilogue: Epilogue,
): TensorInfo {
  return runProduct(machine, call, () => productOf(call), [a!, b!], epilogue);
}

function productOf(call: Call): Product {
  const { shape } = call.spec;
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  const batch = sizeOf(shape.slice(0, -2));
  const left = attr<boolean>(call, 'transposeA');
  const right = attr<boolean>(call, 'transposeB');
  const inner = call.operands[0]!.shape.at(left ? -2 : -1)!;
  const splits = splitsOf(batch, rows, columns, inner, 128);
  const part = 4 * Math.ceil(inner / splits / 4);
  const body = `
  int begin = s * ${part};
  int end = min(begin + ${part}, ${inner});
  int a = b * ${rows * inner};
  int w = b * ${inner * columns};
${inner % 4 === 0 ? quads(rows, columns, inner, left, right) : singles(rows, columns, inner, left, right)}`;
  return { batch, rows, columns, splits, body, functions: fourFunction(0) + fourFunction(1) };
}

/** Four terms of the sum at a time. */
function quads(rows: number, columns: number, inner: number, left: boolean, right: boolean): string {
  const a = left
    ? `mat4 x = transpose(mat4(${four((j) => fourOf(0, `a + (k + ${j}) * ${rows} + m`, rows % 4 === 0))}));`
    : `mat4 x = mat4(${four((j) => fourOf(0, `a + (m + ${j}) * ${inner} + k`, true))});`;
  const b = right
    ? `mat4 y = transpose(mat4(${four((j) => fourOf(1, `w + (n + ${j}) * ${inner} + k`, true))}));`
    : `mat4 y = mat4(${four((j) => fourOf(1, `w + (k + ${j}) * ${columns} + n`, columns % 4 === 0))});`;
  return `
  for (int k = begin; k < end; k += 4) {
    ${a}
    ${b}
    r0 += y * x[0];
    r1 += y * x[1];
    r2 += y * x[2];
    r3 += y * x[3];
  }`;
}

function singles(rows: number, columns: number, inner: number, left: boolean, right: boolean): string {
  const a = left
    ? fourOf(0, `a + k * ${rows} + m`, rows % 4 === 0)
    : `vec4(${four((j) => `read0(a + (m + ${j}) * ${inner} + k)`)})`;
  const b = right
    ? `vec4(${four((j) => `read1(w + (n + ${j}) * ${inner} + k)`)})`
    : fourOf(1, `w + k * ${columns} + n`, columns % 4 === 0);
  return `
  for (int k = begin; k < end; k++) {
    vec4 x = ${a};
    vec4 y = ${b};
    r0 += x.x * y;
    r1 += x.y * y;
    r2 += x.z * y;
    r3 += x.w * y;
  }`;
}

function four(f: (j: number) => string): string {
  return [0, 1, 2, 3].map(f).join(', ');
}
