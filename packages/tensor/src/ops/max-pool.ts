// The largest of each window, the gradient that goes back to it, and the value found at its place: each the others' derivative.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op, type Sample } from '../op.ts';
import { formatSpec, sameShape, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { wide } from './constant.ts';
import { requireSameDType } from './infer.ts';
import {
  apart,
  type PoolAttrs,
  type PoolOptions,
  poolAttrs,
  pooledShape,
  poolFlops,
  poolSamples,
  requirePooled,
  winnersOf,
} from './pool.ts';

const SPECIAL = [
  1,
  Number.NaN,
  -1,
  2,
  Number.NEGATIVE_INFINITY,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const SPECIAL_ATTRS: PoolAttrs = { window: [2], strides: [2], padding: [[0, 0]] };
const TIES: PoolAttrs = {
  window: [2, 2],
  strides: [1, 1],
  padding: [
    [0, 0],
    [0, 0],
  ],
};

function special(...others: readonly number[][]): Sample<PoolAttrs> {
  return {
    inputs: [{ shape: [1, 8, 1], values: SPECIAL }, ...others],
    attrs: SPECIAL_ATTRS,
    gradient: false,
    note: 'special values',
  };
}

function ties(...others: readonly number[][]): Sample<PoolAttrs> {
  const values = [1, 1, 0, 1, 1, 2, 0, 2, 2];
  return {
    inputs: [{ shape: [1, 3, 3, 1], values }, ...others],
    attrs: TIES,
    gradient: false,
    note: 'the first of equals',
  };
}

/** `x [N, ...in, C]` -> the largest of each window, `[N, ...out, C]`; NaN propagates. */
export const maxPoolOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPool',
  infer: ([x], attrs) => ({ shape: pooledShape('maxPool', x!, attrs), dtype: x!.dtype }),
  vjp: ({ dy, inputs: [x], attrs }) => [maxPoolGradientOp([x!, dy], attrs)],
  reference: ({ inputs: [x], specs: [from], attrs, spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    winnersOf(x!, from!.shape, spec.shape, attrs).forEach((winner, place) => {
      out[place] = x![winner]!;
    });
    return out;
  },
  flops: (_, attrs, out) => poolFlops(out.shape, attrs),
  samples: [
    ...poolSamples(
      ({ x }) => [apart(x)],
      ({ attrs }) => attrs,
    ),
    special(),
    ties(),
  ],
});

/** `x`, gradient of its maxima -> gradient of `x`: each goes to the first maximum of its window, row-major. */
export const maxPoolGradientOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolGradient',
  infer: ([x, dy], attrs) => {
    requireSameDType('maxPoolGradient', [x!, dy!]);
    requirePooled('maxPoolGradient', x!.shape, attrs, dy!);
    return x!;
  },
  vjp: ({ dy: ddx, inputs: [x], attrs }) => [null, maxPoolPickOp([x!, ddx], attrs)],
  reference: ({ inputs: [x, dy], specs, attrs, spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    winnersOf(x!, specs[0]!.shape, specs[1]!.shape, attrs).forEach((winner, place) => {
      out[winner]! += dy![place]!;
    });
    return out;
  },
  flops: ([, dy], attrs) => poolFlops(dy!.shape, attrs),
  samples: [
    ...poolSamples(
      ({ x, y }) => [apart(x), y],
      ({ attrs }) => attrs,
    ),
    special([1, 4, 1]),
    ties([1, 2, 2, 1]),
  ],
});

/** `x`, values like `x` -> the value at the place of each window's first maximum, `[N, ...out, C]`. */
export const maxPoolPickOp: Op<PoolAttrs> = defineOp<PoolAttrs>({
  name: 'maxPoolPick',
  infer: ([x, values], attrs) => {
    requireSameDType('maxPoolPick', [x!, values!]);
    if (!sameShape(x!.shape, values!.shape)) {
      throw new ShapeError(
        `maxPoolPick: the values must have the shape of the input, got ${formatSpec(values!)} beside ${formatSpec(x!)}.`,
      );
    }
    return { shape: pooledShape('maxPoolPick', x!, attrs), dtype: x!.dtype };
  },
  vjp: ({ dy, inputs: [x], attrs }) => [null, maxPoolGradientOp([x!, dy], attrs)],
  reference: ({ inputs: [x, values], specs: [from], attrs, spec }) => {
    const out = wide(spec.dtype, sizeOf(spec.shape));
    winnersOf(x!, from!.shape, spec.shape, attrs).forEach((winner, place) => {
      out[place] = values![winner]!;
    });
    return out;
  },
  flops: (_, attrs, out) => poolFlops(out.shape, attrs),
  samples: [
    ...poolSamples(
      ({ x }) => [apart(x), x],
      ({ attrs }) => attrs,
    ),
    special([1, 8, 1]),
    ties([1, 3, 3, 1]),
  ],
});

/**
 * The largest value of each window. `x [batch, ...spatial, channels]` -> `[batch, ...places, channels]`.
 * @throws ShapeError when the window does not fit
 * @example maxPool(images, { window: 2 }) // [8, 28, 28, 3] -> [8, 14, 14, 3]
 */
export function maxPool(x: Tensor, options: PoolOptions): Tensor {
  return maxPoolOp([x], poolAttrs('maxPool', x, options));
}
