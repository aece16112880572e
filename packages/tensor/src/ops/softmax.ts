// Probabilities from scores. Composite, with gradients of their own: the decomposed ones would be longer and less exact.
import { defineOp, type Op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { normalizeAxis, requireDType } from './infer.ts';

/** Attrs of {@link softmaxOp} and {@link logSoftmaxOp}. */
export type SoftmaxAttrs = { readonly axis: number };

/** `e^x / sum(e^x)` along one axis. */
export const softmaxOp: Op<SoftmaxAttrs> = defineOp<SoftmaxAttrs>({
  name: 'softmax',
  infer: ([x], { axis }) => {
    requireDType('softmax', x!, 'float');
    normalizeAxis('softmax', axis, x!.shape.length);
    return x!;
  },
  decompose: ([x], { axis }) => {
    const e = x!.sub(x!.max(axis, { keepDims: true })).exp();
    return e.div(e.sum(axis, { keepDims: true }));
  },
});

/** `x - ln(sum(e^x))` along one axis. */
export const logSoftmaxOp: Op<SoftmaxAttrs> = defineOp<SoftmaxAttrs>({
  name: 'logSoftmax',
  infer: ([x], { axis }) => {
    requireDType('logSoftmax', x!, 'float');
    normalizeAxis('logSoftmax', axis, x!.shape.length);
    return x!;
  },
  decompose: ([x], { axis }) => {
    const shifted = x!.sub(x!.max(axis, { keepDims: true }));
    return shifted.sub(shifted.exp().sum(axis, { keepDims: true }).log());
  },
});

/** Probabilities along `axis` (default: the last): positive, adding up to 1. */
export function softmax(x: Tensor, axis: number = -1): Tensor {
  return softmaxOp([x], { axis: normalizeAxis('softmax', axis, x.rank) });
}

/** Logarithm of {@link softmax}, without underflow. */
export function logSoftmax(x: Tensor, axis: number = -1): Tensor {
  return logSoftmaxOp([x], { axis: normalizeAxis('logSoftmax', axis, x.rank) });
}
