// Cross-correlation and its two gradients. All three are sums over the same products x·w·y, each solved for another
// operand; that is why they are each other's derivatives, to any order.
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, type Shape, type Spec, sameShape, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';
import { requireDType, requireSameDType } from './infer.ts';
import { placesOf, requireSpatial, spatialOf, type WindowAttrs } from './spatial.ts';

/** Attrs of {@link convOp}. Result channel `o` belongs to group `floor(o / (results / groups))`. */
export type ConvAttrs = WindowAttrs & { readonly groups: number };
/** Attrs of {@link convInputGradientOp}: those of the convolution, and the spatial sizes of its input. */
export type ConvInputGradientAttrs = ConvAttrs & { readonly inputShape: readonly number[] };
/** Attrs of {@link convKernelGradientOp}: those of the convolution, and the spatial sizes of its kernel. */
export type ConvKernelGradientAttrs = ConvAttrs & { readonly kernelShape: readonly number[] };

/** `x [N, ...in, C]`, kernel `[...k, C / groups, O]` -> `[N, ...out, O]`. */
export const convOp: Op<ConvAttrs> = defineOp<ConvAttrs>({
  name: 'conv',
  halfPrecision: true,
  infer: ([x, kernel], attrs) => {
    requireOperands('conv', x!, kernel!);
    requireKernel('conv', x!.shape, kernel!.shape, attrs.groups);
    const places = placesOf('conv', spatialOf(x!.shape), kernel!.shape.slice(0, -2), attrs);
    return { shape: [x!.shape[0]!, ...places, kernel!.shape.at(-1)!], dtype: x!.dtype };
  },
  vjp: ({ dy, inputs: [x, kernel], attrs }) => [
    inputGradient(dy, kernel!, x!, attrs),
    kernelGradient(x!, dy, kernel!, attrs),
  ],
  // Cells of zero around the input are padding of the convolution.
  simplify: ([x, kernel], attrs) => {
    const added = zerosAround(x!);
    if (!added) return null;
    const padding = attrs.padding.map(
      ([before, after], axis) => [before + added[axis]![0], after + added[axis]![1]] as const,
    );
    return convOp([x!.derive(x!.node.inputs[0]!), kernel!], { ...attrs, padding });
  },
  flops: ([, kernel], _, out) => flopsOf(kernel!.shape, out.shape),
});

/** Gradient of the result `[N, ...out, O]`, kernel -> gradient of the input `[N, ...in, C]`. */
export const convInputGradientOp: Op<ConvInputGradientAttrs> = defineOp<ConvInputGradientAttrs>({
  name: 'convInputGradient',
  halfPrecision: true,
  infer: ([dy, kernel], attrs) => {
    const name = 'convInputGradient';
    requireOperands(name, dy!, kernel!);
    const shape = [dy!.shape[0]!, ...attrs.inputShape, kernel!.shape.at(-2)! * attrs.groups];
    requireKernel(name, shape, kernel!.shape, attrs.groups);
    requireResult(name, dy!.shape, shape, kernel!.shape, attrs);
    return { shape, dtype: dy!.dtype };
  },
  vjp: ({ dy: ddx, inputs: [dy, kernel], attrs }) => [
    convOf(ddx, kernel!, attrs),
    kernelGradient(ddx, dy!, kernel!, attrs),
  ],
  flops: ([dy, kernel]) => flopsOf(kernel!.shape, dy!.shape),
});

/** Input `[N, ...in, C]`, gradient of the result `[N, ...out, O]` -> gradient of the kernel `[...k, C / groups, O]`. */
export const convKernelGradientOp: Op<ConvKernelGradientAttrs> = defineOp<ConvKernelGradientAttrs>({
  name: 'convKernelGradient',
  halfPrecision: true,
  infer: ([x, dy], attrs) => {
    const name = 'convKernelGradient';
    requireOperands(name, x!, dy!);
    const shape = [...attrs.kernelShape, x!.shape.at(-1)! / attrs.groups, dy!.shape.at(-1)!];
    requireKernel(name, x!.shape, shape, attrs.groups);
    requireResult(name, dy!.shape, x!.shape, shape, attrs);
    return { shape, dtype: x!.dtype };
  },
  vjp: ({ dy: ddw, inputs: [x, dy], attrs }) => [inputGradient(dy!, ddw, x!, attrs), convOf(x!, ddw, attrs)],
  flops: ([, dy], _, out) => flopsOf(out.shape, dy!.shape),
});

function geometryOf({ strides, dilations, padding, groups }: ConvAttrs): ConvAttrs {
  return { strides, dilations, padding, groups };
}

function convOf(x: Tensor, kernel: Tensor, attrs: ConvAttrs): Tensor {
  return convOp([x, kernel], geometryOf(attrs));
}

function inputGradient(dy: Tensor, kernel: Tensor, like: Tensor, attrs: ConvAttrs): Tensor {
  return convInputGradientOp([dy, kernel], { ...geometryOf(attrs), inputShape: spatialOf(like.shape) });
}

function kernelGradient(x: Tensor, dy: Tensor, like: Tensor, attrs: ConvAttrs): Tensor {
  return convKernelGradientOp([x, dy], { ...geometryOf(attrs), kernelShape: like.shape.slice(0, -2) });
}

function flopsOf(kernel: Shape, y: Shape): number {
  return 2 * sizeOf(y) * sizeOf(kernel.slice(0, -1));
}

/** `[before, after]` per spatial axis when `x` is another tensor with a border of zeros. */
function zerosAround(x: Tensor): readonly (readonly [number, number])[] | null {
  const { op, attrs } = x.node;
  if (op?.definition.name !== 'pad' || attrs['value'] !== 0) return null;
  const [low, high] = [attrs['low'], attrs['high']] as [readonly number[], readonly number[]];
  const outside = [0, x.rank - 1].some((axis) => low[axis] !== 0 || high[axis] !== 0);
  return outside ? null : spatialOf(low).map((before, axis) => [before, high[axis + 1]!] as const);
}

function requireOperands(name: string, x: Spec, other: Spec): void {
  requireDType(name, x, 'float');
  requireSameDType(name, [x, other]);
  requireSpatial(name, x);
  if (other.shape.length !== x.shape.length) {
    throw new ShapeError(
      `${name}: ${formatShape(x.shape)} and ${formatShape(other.shape)} must have the same rank. ` +
        `${x.shape.length - 2} spatial axes need a kernel [...${x.shape.length - 2} sizes, channels / groups, filters].`,
    );
  }
}

function requireKernel(name: string, x: Shape, kernel: Shape, groups: number): void {
  const channels = x.at(-1)!;
  const [taken, results] = kernel.slice(-2) as [number, number];
  const odd = [channels, results].find((count) => count % groups !== 0);
  if (odd !== undefined) {
    throw new ShapeError(
      `${name}: ${odd} ${odd === channels ? 'channels' : 'filters'} do not divide into ${groups} groups ` +
        `(input ${formatShape(x)}, kernel ${formatShape(kernel)}). Use multiples of ${groups}.`,
    );
  }
  if (taken * groups !== channels) {
    const divides = groups === 1 && taken > 0 && channels % taken === 0 && results % (channels / taken) === 0;
    throw new ShapeError(
      `${name}: input has ${channels} channels, kernel ${formatShape(kernel)} expects ${taken * groups}` +
        `${groups === 1 ? '' : ` (${groups} groups of ${taken})`}. ` +
        `Use${divides ? ` groups: ${channels / taken} or` : ''} a kernel ${formatShape([...kernel.slice(0, -2), channels / groups, results])}.`,
    );
  }
}

function requireResult(name: string, dy: Shape, x: Shape, kernel: Shape, attrs: ConvAttrs): void {
  const expected = [x[0]!, ...placesOf(name, spatialOf(x), kernel.slice(0, -2), attrs), kernel.at(-1)!];
  if (sameShape(dy, expected)) return;
  throw new ShapeError(
    `${name}: a convolution of ${formatShape(x)} with kernel ${formatShape(kernel)} gives ${formatShape(expected)}, ` +
      `so its gradient cannot be ${formatShape(dy)}. Pass the sizes that the convolution had.`,
  );
}
