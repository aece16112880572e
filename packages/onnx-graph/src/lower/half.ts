// Half precision: which operators compute with it, and float32 around the others.
import type { Target } from './writer.ts';

/** Operators that only move values. */
const MOVING = 'Concat Expand Gather GatherElements Identity Reshape Slice Transpose';

/**
 * Operators that take half precision as it is. What is not here is given float32, and its results are rounded: on the CPU
 * everything that computes, for ONNX Runtime has few such kernels there, and its products add up in half precision.
 * CUDA has kernels for all that is written for it, whose products and reductions add up in float32; its ScatterND and
 * CumSum would not.
 */
const NATIVE: Readonly<Record<Target['device'], ReadonlySet<string>>> = {
  cpu: new Set(`Cast ${MOVING}`.split(' ')),
  cuda: new Set(
    (
      `Cast ${MOVING} Pad Where Add Sub Mul Div Max Min Less LessOrEqual Equal Sign Abs Neg ReduceSum ReduceMax ` +
      'ReduceMin ReduceProd ArgMax ArgMin Exp Log Sqrt Sin Cos Tanh Erf Floor Ceil Round IsNaN Sigmoid Relu Pow Softmax ' +
      'LogSoftmax Gemm MatMul Conv ConvTranspose AveragePool'
    ).split(' '),
  ),
};

/** Whether an operator computes with half precision on a device. */
export function takesHalf(op: string, device: Target['device']): boolean {
  return NATIVE[device].has(op);
}
