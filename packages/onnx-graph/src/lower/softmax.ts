// Softmax and its logarithm, which ONNX has whole.
import type { SoftmaxAttrs } from '@nablajs/tensor';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';

function along(op: string): Lowering<SoftmaxAttrs> {
  return ({ operands: [x], attrs: { axis }, spec }, e) => {
    const { order } = x!.native;
    const values = x!.whole(e, order);
    return new Stored(spec, e.node(op, [values], values.type, values.shape, { axis: order.indexOf(axis) }), order);
  };
}

/** Rows of the softmax family. */
export const softmaxRows: LoweringTable = { softmax: along('Softmax'), logSoftmax: along('LogSoftmax') };
