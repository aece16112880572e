// An op with a gradient of its own.
import { DTypeError, defineOp, formatSpec, isFloat, type Op, ShapeError, type Tensor } from 'nablajs';

/**
 * The op: `x [..., channels]` and `frequency [channels]` to `x + sin²(frequency · x) / frequency`.
 *
 * Backends decompose it, or have a kernel for it, as this package's own does. Its gradient is written out, for the sine of
 * the double angle serves both operands; what follows from the parts would compute it twice.
 */
export const snakeOp: Op<Record<never, never>> = defineOp({
  name: 'acme/snake',
  infer: ([x, frequency]) => {
    if (!isFloat(x!.dtype) || frequency!.dtype !== x!.dtype) {
      throw new DTypeError(
        `expects x and frequency of one float type, got ${formatSpec(x!)}, ${formatSpec(frequency!)}.`,
      );
    }
    const channels = x!.shape.at(-1);
    if (channels === undefined || frequency!.shape.length !== 1 || frequency!.shape[0] !== channels) {
      throw new ShapeError(
        `expects one frequency for each channel, the last axis of ${formatSpec(x!)}, got ${formatSpec(frequency!)}.`,
      );
    }
    return x!;
  },
  decompose: ([x, frequency]) => x!.add(x!.mul(frequency!).sin().square().div(frequency!)),
  vjp: ({ dy, inputs: [x, frequency] }) => {
    const angle = x!.mul(frequency!);
    const twice = angle.mul(2).sin();
    const slope = x!.mul(twice).div(frequency!).sub(angle.sin().div(frequency!).square());
    return [dy.mul(twice.add(1)), dy.mul(slope).sum(dy.shape.slice(1).map((_, axis) => axis))];
  },
  samples: [
    { inputs: [[3, 5], { shape: [5], range: [0.5, 2] }], attrs: {} },
    { inputs: [[2, 3, 4], { shape: [4], range: [0.5, 2] }], attrs: {} },
    { inputs: [[7], { shape: [7], range: [0.5, 2] }], attrs: {} },
    { inputs: [[0, 4], { shape: [4], range: [0.5, 2] }], attrs: {}, note: 'empty' },
    {
      inputs: [
        { shape: [4], values: [-100, -1e-3, 0, 100] },
        { shape: [4], values: [0.01, 1, 1, 0.01] },
      ],
      attrs: {},
      note: 'extremes',
    },
  ],
});

/**
 * `x + sin²(frequency · x) / frequency`, which can follow a rhythm beyond what it has seen (Ziyin et al., 2020).
 * @param x float, `[..., channels]`
 * @param frequency `[channels]`, not 0
 * @throws ShapeError or DTypeError when they do not go together
 */
export function snake(x: Tensor, frequency: Tensor): Tensor {
  return snakeOp([x, frequency], {});
}
