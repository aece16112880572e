// Convolutions of images in blocks of channels, and their input gradients.
import type { ConvAttrs, ConvInputGradientAttrs, Shape, Spec } from '@nablajs/tensor';
import { asImages, blockOf, convolutionBlock, fromBlocked, onBlocks, toBlocked } from './blocked.ts';
import type { Emitter } from './emitter.ts';
import { channelsFirst, type Stored } from './stored.ts';
import type { AttributeValue, Ref } from './writer.ts';

/** How a convolution's attributes are written, with these cells around the image. */
type Attributes = (pads: ConvAttrs['padding']) => Record<string, AttributeValue>;

/** A convolution in blocks; null when its channels do not come in blocks. Images of few channels are taken as they are. */
export function blockedConv(
  e: Emitter,
  [x, kernel, bias]: readonly Stored[],
  { groups, padding }: ConvAttrs,
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
  return convolved(e, operands, spec, attributes(padding));
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
  return convolved(e, [asImages(e, toBlocked(e, dy!), dy!.spec.shape), filter], spec, attributes);
}

function convolved(
  e: Emitter,
  operands: readonly Ref[],
  spec: Spec,
  attributes: Record<string, AttributeValue>,
): Stored {
  const [n, height, width, channels] = spec.shape as [number, number, number, number];
  const kernel = operands[1]!.shape.slice(2);
  const result = e.node(onBlocks('Conv'), operands, spec.dtype, [n, channels, height, width], {
    ...attributes,
    kernel_shape: kernel,
  });
  const block = e.target.block;
  return fromBlocked(e, spec, e.reshape(result, [n, channels / block, height, width, block]));
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
