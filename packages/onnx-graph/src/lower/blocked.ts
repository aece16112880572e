// Images as ONNX Runtime's own convolutions on the CPU take them: [batch, blocks of channels, height, width, channels of a
// block]. They run twice as fast as those of standard operators, which take patches apart first.
import { type Shape, type Spec, sameShape, sizeOf } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import { channelsFirst, naturalOrder, Stored } from './stored.ts';
import { isScalar, type Ref } from './writer.ts';

/** Where operators for blocks of channels are; not of the standard, so only for models that are run at once. */
const DOMAIN = 'com.microsoft.nchwc';

/** The name of an operator for blocks. */
export function onBlocks(op: string): string {
  return `${DOMAIN}.${op}`;
}

/** Channels per block for a convolution with these results; 0 when there is no such operator. */
export function convolutionBlock(e: Emitter, { shape, dtype }: Spec): number {
  return dtype === 'float32' ? blockOf(e, shape) : 0;
}

/** Channels per block of images of this shape; 0 when they do not come in blocks. */
export function blockOf(e: Emitter, shape: Shape): number {
  const { block } = e.target;
  return block > 0 && shape.length === 4 && sizeOf(shape) > 0 && shape[3]! % block === 0 ? block : 0;
}

/** The axes of an image in blocks that are height and width. */
export const BLOCKED_PLACES: readonly number[] = [2, 3];

/** Height, width and channels of a value as a tensor in blocks; its channels must come in blocks. */
export function toBlocked(e: Emitter, x: Stored): Ref {
  if (x.blocked) return x.blocked;
  const natural = x.whole(e, naturalOrder(4));
  const shape = blockedShape(x.spec.shape, e.target.block);
  const [n, blocks, height, width, block] = shape as [number, number, number, number, number];
  x.blocked =
    natural.type === 'float32'
      ? e.reshape(
          e.node(onBlocks('ReorderInput'), [natural], natural.type, channelsSecond(x.spec.shape), { channels_last: 1 }),
          shape,
        )
      : e.transpose(e.reshape(natural, [n, height, width, blocks, block]), [0, 3, 1, 2, 4]);
  return x.blocked;
}

/** A tensor in blocks as a value. Nodes that nobody needs are not written, so the natural order costs only who asks. */
export function fromBlocked(e: Emitter, spec: Spec, blocked: Ref): Stored {
  const channels = spec.shape[3]!;
  const images = asImages(e, blocked, spec.shape);
  const reordered = (shape: Shape, last: 0 | 1): Ref =>
    e.node(onBlocks('ReorderOutput'), [images], blocked.type, shape, { channels, channels_last: last });
  const float = blocked.type === 'float32';
  const stored = new Stored(
    spec,
    float ? reordered(spec.shape, 1) : e.reshape(e.transpose(blocked, [0, 2, 3, 1, 4]), spec.shape),
  );
  if (float) stored.also(channelsFirst(4), reordered(images.shape, 0));
  stored.blocked = blocked;
  return stored;
}

/** A tensor in blocks with the four axes that ONNX Runtime names it by. */
export function asImages(e: Emitter, blocked: Ref, shape: Shape): Ref {
  return e.reshape(blocked, channelsSecond(shape));
}

/** Operands of an elementwise function in blocks, or null when they better stay as they are. */
export function allBlocked(e: Emitter, operands: readonly Stored[], shape: Shape): readonly Ref[] | null {
  const block = blockOf(e, shape);
  if (block === 0 || !operands.some((operand) => operand.blocked && sameShape(operand.spec.shape, shape))) return null;
  const refs = operands.map((operand): Ref | null => {
    const { ref } = operand.native;
    if (isScalar(ref)) return e.reshape(ref, []);
    if (sizeOf(ref.shape) === sizeOf(shape)) return toBlocked(e, operand);
    const perChannel = ref.shape.at(-1) === shape[3] && sizeOf(ref.shape) === shape[3];
    return perChannel ? e.reshape(ref, [1, shape[3]! / block, 1, 1, block]) : null;
  });
  return refs.every((ref) => ref !== null) ? refs : null;
}

function channelsSecond([n, height, width, channels]: Shape): number[] {
  return [n!, channels!, height!, width!];
}

function blockedShape([n, height, width, channels]: Shape, block: number): number[] {
  return [n!, channels! / block, height!, width!, block];
}
