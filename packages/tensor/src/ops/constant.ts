// Values without operands: known when the graph is compiled, so backends can fold them in.
import { applyOp, defineOp, type Op } from '../op.ts';
import { type DType, hostArray, isFloat, type Shape } from '../spec.ts';
import type { Tensor } from '../tensor.ts';

/** Attrs of {@link fullOp}. */
export type FullAttrs = { readonly value: number; readonly shape: Shape; readonly dtype: DType };

/** Every element the same number. */
export const fullOp: Op<FullAttrs> = defineOp<FullAttrs>({
  name: 'full',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
});

/** Attrs of {@link iotaOp}. */
export type IotaAttrs = { readonly shape: Shape; readonly axis: number; readonly dtype: DType };

/** Each element its own index along one axis. */
export const iotaOp: Op<IotaAttrs> = defineOp<IotaAttrs>({
  name: 'iota',
  infer: (_, { shape, dtype }) => ({ shape, dtype }),
});

/** The array in which references compute: Float64Array for floats, the dtype's own otherwise. */
export function wide(dtype: DType, size: number): ReturnType<typeof hostArray> {
  return isFloat(dtype) ? new Float64Array(size) : hostArray(dtype, size);
}

/** A scalar constant beside `x`, so that numbers can stand where tensors are expected. */
export function scalarLike(x: Tensor, value: number, dtype: DType = x.dtype): Tensor {
  return fullLike(x, value, [], dtype);
}

/** A constant of any shape, made from a tensor at hand (ops import no constructors: they lie above). */
export function fullLike(x: Tensor, value: number, shape: Shape = x.shape, dtype: DType = x.dtype): Tensor {
  return x.derive(applyOp(fullOp, [], { value, shape, dtype }));
}

/** Each element its own index along `axis`, int32; made from a tensor at hand. */
export function iotaLike(x: Tensor, shape: Shape, axis: number): Tensor {
  return x.derive(applyOp<IotaAttrs>(iotaOp, [], { shape, axis, dtype: 'int32' }));
}

/** The number a tensor is known to be everywhere, or `undefined`. */
export function constantValue(x: Tensor): number | undefined {
  return x.node.op?.definition.name === fullOp.definition.name ? (x.node.attrs['value'] as number) : undefined;
}
