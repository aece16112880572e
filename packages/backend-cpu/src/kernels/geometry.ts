/** Static description of a convolution over channels-last tensors; one to three spatial axes. */
export interface ConvShape {
  readonly batch: number;
  /** Spatial sizes of the input. */
  readonly input: readonly number[];
  /** Spatial sizes of the kernel. */
  readonly kernel: readonly number[];
  /** Channels of the input. */
  readonly channels: number;
  /** Channels of the output. */
  readonly filters: number;
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Low and high padding per spatial axis. */
  readonly padding: readonly (readonly [number, number])[];
  readonly groups: number;
}

/** One spatial axis of a sliding window. */
export interface WindowAxis {
  readonly input: number;
  readonly output: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Cells added before the first one. */
  readonly low: number;
}

/** Three numbers, one per spatial axis, slowest axis first. */
export type Triple = readonly [number, number, number];

/** What the axes of convolutions and pools share. */
export type WindowShape = Pick<ConvShape, 'input' | 'kernel' | 'strides' | 'dilations' | 'padding'>;

/** Three axes; missing ones come first and are of size 1. */
export function windowAxes({
  input,
  kernel,
  strides,
  dilations,
  padding,
}: WindowShape): readonly [WindowAxis, WindowAxis, WindowAxis] {
  const axes = input.map((size, i): WindowAxis => {
    const [taps, stride, dilation, [low, high]] = [kernel[i]!, strides[i]!, dilations[i]!, padding[i]!];
    const room = size + low + high - ((taps - 1) * dilation + 1);
    return { input: size, output: room < 0 ? 0 : Math.floor(room / stride) + 1, taps, stride, dilation, low };
  });
  while (axes.length < 3) axes.unshift(UNIT);
  return axes as [WindowAxis, WindowAxis, WindowAxis];
}

/** Reads one number from each axis. */
export function each(axes: readonly WindowAxis[], read: (axis: WindowAxis) => number): Triple {
  return axes.map(read) as unknown as Triple;
}

/** Distances in memory between neighbours along three axes, and between batches. */
export function strides3(sizes: Triple, pixel: number): { readonly axes: Triple; readonly batch: number } {
  const row = sizes[2] * pixel;
  const plane = sizes[1] * row;
  return { axes: [plane, row, pixel], batch: sizes[0] * plane };
}

/** Product of three numbers. */
export function volume(sizes: Triple): number {
  return sizes[0] * sizes[1] * sizes[2];
}

const UNIT: WindowAxis = { input: 1, output: 1, taps: 1, stride: 1, dilation: 1, low: 0 };
