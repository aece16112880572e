// Convolutions and their two gradients.
import type { ConvAttrs, ConvInputGradientAttrs, ConvKernelGradientAttrs, Shape } from '@nablajs/tensor';
import { sizeOf } from '@nablajs/tensor';
import { blockedConv, blockedInputGradient } from './blocked-conv.ts';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { channelsFirst, channelsOutermost, type Order, Stored } from './stored.ts';
import { type Phase, tapSlices, tapsOf } from './taps.ts';
import type { AttributeValue, Ref } from './writer.ts';

/** Kernels [...sizes, channels / groups, results] in the order of ONNX: results, channels, sizes. */
function kernelOrder(rank: number): Order {
  return [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, axis) => axis)];
}

function byOrder(shape: Shape, order: Order): number[] {
  return order.map((axis) => shape[axis]!);
}

function attributes(
  { strides, dilations, groups }: ConvAttrs,
  pads: readonly number[],
): Record<string, AttributeValue> {
  return { strides, dilations, group: groups, pads };
}

function flat(padding: ConvAttrs['padding']): number[] {
  return [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
}

const conv: Lowering<ConvAttrs> = ({ operands: given, attrs, spec }, e) => {
  const blocked = blockedConv(e, given, attrs, spec, (pads, strides) => attributes({ ...attrs, strides }, flat(pads)));
  if (blocked) return blocked;
  const [x, kernel, bias] = given;
  const order = channelsFirst(spec.shape.length);
  const operands = [x!.whole(e, order), kernel!.whole(e, kernelOrder(kernel!.rank))];
  if (bias) operands.push(e.reshape(bias.whole(e), [spec.shape.at(-1)!]));
  return new Stored(
    spec,
    e.node('Conv', operands, spec.dtype, byOrder(spec.shape, order), attributes(attrs, flat(attrs.padding))),
    order,
  );
};

const convInputGradient: Lowering<ConvInputGradientAttrs> = ({ operands: [dy, kernel], attrs, spec }, e) => {
  const order = channelsFirst(spec.shape.length);
  const sizes = kernel!.spec.shape.slice(0, -2);
  const places = dy!.spec.shape.slice(1, -1);
  const extents = sizes.map((size, axis) => (size - 1) * attrs.dilations[axis]! + 1);
  const plain = attrs.groups === 1 && [...attrs.strides].every((stride) => stride === 1);
  const reaches = extents.every((extent, axis) => attrs.padding[axis]!.every((cells) => cells < extent));
  const pads = attrs.padding.map(
    ([before, after], axis) => [extents[axis]! - 1 - before, extents[axis]! - 1 - after] as const,
  );
  const blocked =
    plain && reaches && blockedInputGradient(e, [dy!, kernel!], attrs, spec, attributes(attrs, flat(pads)));
  if (blocked) return blocked;
  const gradient = dy!.whole(e, order);
  if (plain && reaches && e.target.device === 'cpu' && e.target.threads !== 1) {
    // A convolution with the kernel turned around; with several threads it is faster than ConvTranspose.
    const turned = turnedKernel(e, kernel!, sizes);
    const result = e.node(
      'Conv',
      [gradient, turned],
      spec.dtype,
      byOrder(spec.shape, order),
      attributes(attrs, flat(pads)),
    );
    return new Stored(spec, result, order);
  }
  // Cells behind the last window have no gradient: the result is that much longer than what the windows reach.
  const unseen = attrs.inputShape.map((cells, axis) => {
    const [before, after] = attrs.padding[axis]!;
    return cells + before + after - ((places[axis]! - 1) * attrs.strides[axis]! + extents[axis]!);
  });
  // CUDA pads both sides alike; what is too much is cut off.
  const taken = attrs.padding.map(([before, after]): readonly [number, number] => {
    const least = Math.min(before, after);
    return e.target.device === 'cuda' ? [least, least] : [before, after];
  });
  const extra = taken.map(([before, after], axis) => {
    const [low, high] = attrs.padding[axis]!;
    return [low - before, high - after] as const;
  });
  const grown = attrs.inputShape.map((cells, axis) => cells + extra[axis]![0] + extra[axis]![1]);
  const result = e.node(
    'ConvTranspose',
    [gradient, kernel!.whole(e, kernelOrder(kernel!.rank))],
    spec.dtype,
    byOrder([spec.shape[0]!, ...grown, spec.shape.at(-1)!], order),
    { ...attributes(attrs, flat(taken)), output_padding: unseen },
  );
  const cut = e.slice(
    result,
    attrs.inputShape.map((_, axis) => axis + 2),
    extra.map(([before]) => before),
    attrs.inputShape,
  );
  return new Stored(spec, cut, order);
};

/** The kernel with its sizes run backwards and its two channel axes exchanged: channels, results, sizes. */
function turnedKernel(e: Emitter, kernel: Stored, sizes: readonly number[]): Ref {
  const rank = kernel.rank;
  const order = [rank - 2, rank - 1, ...sizes.map((_, axis) => axis)];
  const axes = sizes.map((_, axis) => axis + 2);
  return e.slice(
    kernel.whole(e, order),
    axes,
    sizes.map((size) => size - 1),
    sizes,
    sizes.map(() => -1),
  );
}

/** Below this many channels, patches of all taps side by side make one product worth its copies. */
const FEW_CHANNELS = 8;

const convKernelGradient: Lowering<ConvKernelGradientAttrs> = ({ operands: [x, dy], attrs, spec }, e) => {
  if (x!.spec.shape[0] === 0) return new Stored(spec, e.scalar(spec.dtype, 0));
  const windows = { ...attrs, window: attrs.kernelShape };
  const channels = x!.spec.shape.at(-1)!;
  const results = spec.shape.at(-1)!;
  const places = sizeOf(dy!.spec.shape.slice(1, -1));
  const images = dy!.spec.shape[0]!;
  const rank = x!.rank;
  const spatial = attrs.kernelShape.map((_, axis) => axis + 2);

  if (attrs.groups === 1 && channels <= FEW_CHANNELS) {
    // Patches [N, taps * C, places] times the gradient [N, places, O], summed over the images.
    const patchesOf = (phase?: Phase): Ref => {
      const taps = tapSlices(e, x!.whole(e, channelsFirst(rank)), spatial, windows, 0, phase);
      return e.concat(
        taps.map((tap) => e.reshape(tap, [images, channels, sizeOf(tap.shape.slice(2))])),
        1,
      );
    };
    if (dy!.parts) {
      const { window, refs } = dy!.parts;
      const sums = tapsOf(window).map((at, i) => fewByBlocks(e, patchesOf({ of: window, at }), refs[i]!));
      return new Stored(spec, e.reshape(e.variadic('Sum', sums), spec.shape));
    }
    const patches = patchesOf();
    if (dy!.blocked) return new Stored(spec, e.reshape(fewByBlocks(e, patches, dy!.blocked), spec.shape));
    const gradient = e.reshape(dy!.whole(e), [images, places, results]);
    const products = e.matmul(patches, gradient);
    return new Stored(spec, e.reshape(e.reduce('ReduceSum', products, [0], false), spec.shape));
  }

  const { groups } = attrs;
  const rows = images * places;
  if (groups === 1 && channels <= results) {
    // For each tap the gradient, [O, N * places], times the cells under it, [N * places, C]: long runs to copy, and the
    // narrower matrix at the right, which is repacked.
    const byImage = dy!.whole(e, channelsFirst(rank));
    const gradient = e.reshape(e.transpose(byImage, [1, 0, ...spatial]), [results, rows]);
    const cells = tapSlices(
      e,
      x!.whole(e),
      spatial.map((axis) => axis - 1),
      windows,
      0,
    );
    const products = cells.map((tap) =>
      e.reshape(e.gemm(gradient, e.reshape(tap, [rows, channels])), [1, results, channels]),
    );
    return new Stored(spec, e.reshape(e.transpose(e.concat(products, 0), [0, 2, 1]), spec.shape));
  }

  // For each tap the cells under it, [C, N * places], times the gradient, [N * places, O].
  const cells = tapSlices(e, x!.whole(e, channelsOutermost(rank)), spatial, windows, 0);
  if (groups === 1) {
    const gradient = e.reshape(dy!.whole(e), [rows, results]);
    const products = cells.map((tap) => e.gemm(e.reshape(tap, [channels, rows]), gradient));
    return new Stored(spec, e.reshape(e.concat(products, 0), spec.shape));
  }
  const [taken, given] = [channels / groups, results / groups];
  const gradient = e.transpose(e.reshape(dy!.whole(e), [rows, groups, given]), [1, 0, 2]);
  const products = cells.map((tap) =>
    e.reshape(e.matmul(e.reshape(tap, [groups, taken, rows]), gradient), [1, groups, taken, given]),
  );
  return new Stored(
    spec,
    e.reshape(e.transpose(e.concat(products, 0), [0, 2, 1, 3]), [...attrs.kernelShape, taken, results]),
  );
};

/** Patches times a gradient in blocks of channels, a product for each block: `[taps * C, blocks, channels of a block]`. */
function fewByBlocks(e: Emitter, patches: Ref, gradient: Ref): Ref {
  const [images, blocks, height, width, block] = gradient.shape as [number, number, number, number, number];
  const [, taps, places] = patches.shape as [number, number, number];
  const products = e.matmul(
    e.reshape(patches, [images, 1, taps, places]),
    e.reshape(gradient, [images, blocks, height * width, block]),
  );
  return e.transpose(e.reduce('ReduceSum', products, [0], false), [1, 0, 2]);
}

/** Rows of the convolutions. */
export const convRows: LoweringTable = { conv, convInputGradient, convKernelGradient };
