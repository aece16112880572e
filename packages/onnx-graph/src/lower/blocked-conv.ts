// Convolutions of images in blocks of channels, and their input gradients.
import type { ConvAttrs, ConvInputGradientAttrs, Shape, Spec } from '@nablajs/tensor';
import { asImages, blockOf, convolutionBlock, fromBlocked, onBlocks, toBlocked } from './blocked.ts';
import type { Emitter } from './emitter.ts';
import { channelsFirst, type Stored } from './stored.ts';
import { tapsOf } from './taps.ts';
import type { AttributeValue, Ref } from './writer.ts';

/** How a convolution's attributes are written, with these cells around the image and these strides. */
type Attributes = (pads: ConvAttrs['padding'], strides: readonly number[]) => Record<string, AttributeValue>;

/** A convolution in blocks; null when its channels do not come in blocks. Images of few channels are taken as they are. */
export function blockedConv(
  e: Emitter,
  [x, kernel, bias]: readonly Stored[],
  { groups, padding, strides, dilations }: ConvAttrs,
  spec: Spec,
  attributes: Attributes,
): Stored | null {
  const block = convolutionBlock(e, spec);
  const channels = x!.spec.shape.at(-1)!;
  const few = channels < block;
  if (block === 0 || groups !== 1 || !(few || blockOf(e, x!.spec.shape))) return null;
  const image = few ? x!.whole(e, channelsFirst(4)) : asImages(e, toBlocked(e, x!), x!.spec.shape);
  const filter = few ? fewToBlocks(e, kernel!, block) : inBlocks(e, kernel!.whole(e), block, [4, 2, 0, 1, 3, 5]);
  const operands = [image, filter, ...(bias ? [e.reshape(bias.whole(e), [spec.shape[3]!])] : [])];
  const result = fromBlocked(e, spec, convolved(e, operands, spec.shape, attributes(padding, strides)));
  const cells = x!.spec.shape.slice(1, -1);
  // A pool that follows needs its windows' cells apart: convolutions with larger strides give them so.
  result.phases = (window) =>
    mapOrNull(tapsOf(window), (tap) => {
      const shape = spec.shape.map((size, axis) => size / (window[axis - 1] ?? 1));
      const larger = strides.map((stride, axis) => stride * window[axis]!);
      const pads = padding.map(([before], axis): readonly [number, number] => {
        const extent = (kernel!.spec.shape[axis]! - 1) * dilations[axis]! + 1;
        const low = before - tap[axis]! * strides[axis]!;
        return [low, (shape[axis + 1]! - 1) * larger[axis]! + extent - cells[axis]! - low];
      });
      const fits = shape.every(Number.isInteger) && pads.flat().every((count) => count >= 0);
      return fits ? convolved(e, operands, shape, attributes(pads, larger)) : null;
    });
  return result;
}

/** All results, or null when one is. */
function mapOrNull<T, R>(list: readonly T[], f: (item: T) => R | null): readonly R[] | null {
  const results = list.map(f);
  return results.every((result) => result !== null) ? (results as readonly R[]) : null;
}

/** The input gradient of a convolution without strides: a convolution with the kernel turned around. */
export function blockedInputGradient(
  e: Emitter,
  [dy, kernel]: readonly Stored[],
  { inputShape }: ConvInputGradientAttrs,
  spec: Spec,
  attributes: Record<string, AttributeValue>,
): Stored | null {
  const block = convolutionBlock(e, spec);
  if (block === 0 || blockOf(e, dy!.spec.shape) === 0 || inputShape.length !== 2) return null;
  const sizes = kernel!.spec.shape.slice(0, 2);
  const last = sizes.map((size) => size - 1);
  const turned = e.slice(kernel!.whole(e), [0, 1], last, sizes, [-1, -1]);
  const filter = inBlocks(e, turned, block, [2, 4, 0, 1, 5, 3]);
  const operands = [asImages(e, toBlocked(e, dy!), dy!.spec.shape), filter];
  return fromBlocked(e, spec, convolved(e, operands, spec.shape, attributes));
}

/** A result of this natural shape, in blocks. */
function convolved(
  e: Emitter,
  operands: readonly Ref[],
  shape: Shape,
  attributes: Record<string, AttributeValue>,
): Ref {
  const [n, height, width, channels] = shape as [number, number, number, number];
  const kernel = operands[1]!.shape.slice(2);
  const result = e.node(onBlocks('Conv'), operands, 'float32', [n, channels, height, width], {
    ...attributes,
    kernel_shape: kernel,
  });
  return e.reshape(result, [n, channels / e.target.block, height, width, e.target.block]);
}

/** A kernel [height, width, a, b] with both channel axes in blocks; the order tells which of them are results. */
function inBlocks(e: Emitter, kernel: Ref, block: number, order: readonly number[]): Ref {
  const [height, width, a, b] = kernel.shape as [number, number, number, number];
  const split = e.reshape(kernel, [height, width, a / block, block, b / block, block]);
  const shape: Shape = order[0] === 4 ? [b, a, height, width] : [a, b, height, width];
  return e.reshape(e.transpose(split, order), shape);
}

/** A kernel of few channels: only the results come in blocks. */
function fewToBlocks(e: Emitter, kernel: Stored, block: number): Ref {
  const [height, width, channels, results] = kernel.spec.shape as [number, number, number, number];
  const split = e.reshape(kernel.whole(e), [height, width, channels, results / block, block]);
  return e.reshape(e.transpose(split, [3, 2, 0, 1, 4]), [results, channels, height, width]);
}
