import type { ConvShape } from '../../src/kernels/geometry.ts';
import type { Epilogue } from '../../src/kernels/product/matmul.ts';
import { values } from './harness.ts';

/** Every index of a box, row-major. */
export function* indices(sizes: readonly number[]): Generator<readonly number[]> {
  if (sizes.some((size) => size <= 0)) return;
  const index = sizes.map(() => 0);
  for (;;) {
    yield index.slice();
    let axis = sizes.length - 1;
    while (axis >= 0 && ++index[axis]! === sizes[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}

/** Row-major position. */
export function flat(index: readonly number[], sizes: readonly number[]): number {
  return index.reduce((sum, value, axis) => sum * sizes[axis]! + value, 0);
}

export function outputSizes(
  shape: Pick<ConvShape, 'input' | 'kernel' | 'strides' | 'dilations' | 'padding'>,
): number[] {
  return shape.input.map((size, i) => {
    const [low, high] = shape.padding[i]!;
    const room = size + low + high - ((shape.kernel[i]! - 1) * shape.dilations[i]! + 1);
    return Math.max(0, Math.floor(room / shape.strides[i]!) + 1);
  });
}

interface ConvTruth {
  readonly x: Float32Array;
  readonly w: Float32Array;
  readonly bias: Float32Array;
  readonly dy: Float32Array;
  readonly y: Float64Array;
  readonly dx: Float64Array;
  readonly dw: Float64Array;
}

/** Convolution and gradients by their definition: every (pixel, tap, channel, filter) once. */
export function naiveConv(shape: ConvShape, epilogue: Epilogue): ConvTruth {
  const { batch, input, kernel, channels, filters, strides, dilations, padding, groups } = shape;
  const output = outputSizes(shape);
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  const [group, columns] = [channels / groups, filters / groups];
  const x = values(batch * product(input) * channels, 1);
  const w = values(product(kernel) * group * filters, 2);
  const bias = values(filters, 3);
  const dy = values(batch * product(output) * filters, 4);
  const y = new Float64Array(dy.length);
  const dx = new Float64Array(x.length);
  const dw = new Float64Array(w.length);
  for (let o = 0; o < y.length; o++) y[o] = epilogue.bias ? bias[o % filters]! : 0;
  for (const out of indices([batch, ...output])) {
    const to = flat(out, [batch, ...output]) * filters;
    for (const tap of indices(kernel)) {
      const at = input.map((_, i) => out[i + 1]! * strides[i]! + tap[i]! * dilations[i]! - padding[i]![0]);
      if (at.some((value, i) => value < 0 || value >= input[i]!)) continue;
      const from = flat([out[0]!, ...at], [batch, ...input]) * channels;
      const weights = flat(tap, kernel) * group * filters;
      for (let o = 0; o < filters; o++) {
        const first = Math.floor(o / columns) * group;
        for (let c = 0; c < group; c++) {
          const weight = weights + c * filters + o;
          y[to + o]! += x[from + first + c]! * w[weight]!;
          dx[from + first + c]! += dy[to + o]! * w[weight]!;
          dw[weight]! += dy[to + o]! * x[from + first + c]!;
        }
      }
    }
  }
  return { x, w, bias, dy, y: epilogue.relu ? y.map((value) => Math.max(0, value)) : y, dx, dw };
}
