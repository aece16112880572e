// Derivatives of reductions, of softmax and of matrix products.
import type { VjpCall } from '../../op.ts';
import { type Shape, sizeOf } from '../../spec.ts';
import type { Tensor } from '../../tensor.ts';
import { iotaLike } from '../constant.ts';
import { reducedShape } from '../infer.ts';
import { type MatmulAttrs, matmulOp } from '../matmul.ts';
import type { ReduceAttrs } from '../reduce.ts';
import type { SoftmaxAttrs } from '../softmax.ts';
import { type Gradient, type Gradients, none } from './gradient.ts';

/** From dy and y with the reduced axes put back, so that they broadcast against x. */
function ofReduction(rule: (dy: Tensor, x: Tensor, y: Tensor, axes: readonly number[]) => Tensor): Gradient {
  return ({ dy, inputs: [x], output, attrs: { axes } }: VjpCall<ReduceAttrs>) => {
    const wide: Shape = reducedShape(x!.shape, axes, true);
    return [rule(dy.reshape(wide), x!, output.reshape(wide), axes)];
  };
}

/** Gradient to the extreme elements; ties share it equally. */
const toWinners = ofReduction((dy, x, y, axes) => {
  const won = x.equal(y).cast(x.dtype);
  return dy.mul(won).div(won.sum(axes, { keepDims: true }));
});

/** Everything that adds elements up. */
export const reduceGradients: Gradients = {
  sum: ofReduction((dy, x) => dy.broadcastTo(x.shape)),
  // Product of the other elements, from both sides, so that zeros are no special case.
  prod: ofReduction((dy, x, _, axes) => dy.mul(othersProduct(x, axes))),
  max: toWinners,
  min: toWinners,
  argMax: none,
  argMin: none,
  softmax: ({ dy, output: y, attrs: { axis } }: VjpCall<SoftmaxAttrs>) => {
    const weighted = dy.mul(y);
    return [weighted.sub(y.mul(weighted.sum(axis, { keepDims: true })))];
  },
  logSoftmax: ({ dy, output: y, attrs: { axis } }: VjpCall<SoftmaxAttrs>) => [
    dy.sub(y.exp().mul(dy.sum(axis, { keepDims: true }))),
  ],
  matmul: ({ dy, inputs: [a, b], attrs: { transposeA, transposeB } }: VjpCall<MatmulAttrs>) => [
    transposeA ? product(b!, dy, transposeB, true) : product(dy, b!, false, !transposeB),
    transposeB ? product(dy, a!, true, transposeA) : product(a!, dy, !transposeA, false),
  ],
};

function product(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor {
  return matmulOp([a, b], { transposeA, transposeB });
}

function othersProduct(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const rows = x
    .transpose(order)
    .reshape([sizeOf(kept.map((axis) => x.shape[axis]!)), sizeOf(axes.map((axis) => x.shape[axis]!))]);
  const [count, length] = rows.shape as [number, number];
  // [count, length, length]: every row repeated, each time with another element replaced by 1.
  const diagonal = iotaLike(x, [length, length], 0).equal(iotaLike(x, [length, length], 1));
  const spread = rows.reshape([count, 1, length]).broadcastTo([count, length, length]);
  const others = diagonal.where(1, spread).prod(2);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  return others.reshape(order.map((axis) => x.shape[axis]!)).transpose(inverse);
}
