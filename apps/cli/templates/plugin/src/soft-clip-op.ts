// An op with a gradient of its own. A function of existing ops needs none of this: write the function.
import { DTypeError, defineOp, formatSpec, isFloat, type Op, type Tensor } from 'nablajs';

type SoftClipAttrs = { readonly limit: number };

/** The op. Its samples are what the testkit makes tests of. */
export const softClipOp: Op<SoftClipAttrs> = defineOp({
  name: 'my-plugin/softClip',
  infer: ([x]) => {
    if (!isFloat(x!.dtype)) throw new DTypeError(`expects floats, got ${formatSpec(x!)}.`);
    return x!;
  },
  decompose: ([x], { limit }) => x!.div(x!.div(limit).square().add(1).sqrt()),
  vjp: ({ dy, inputs: [x], attrs: { limit } }) => [dy.mul(x!.div(limit).square().add(1).pow(-1.5))],
  elementwise: true,
  samples: [
    { inputs: [[3, 5]], attrs: { limit: 1 } },
    { inputs: [[7]], attrs: { limit: 2.5 } },
    { inputs: [[0, 4]], attrs: { limit: 1 }, note: 'empty' },
    { inputs: [{ shape: [4], values: [-1e6, -1e-6, 0, 1e6] }], attrs: { limit: 1 }, note: 'extremes' },
  ],
});

/** `x / √(1 + (x / limit)²)`: nearly x close to 0, and never beyond the limit. */
export function softClip(x: Tensor, limit = 1): Tensor {
  return softClipOp([x], { limit });
}
