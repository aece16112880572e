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

const UNIT: WindowAxis = { input: 1, output: 1, taps: 1, stride: 1, dilation: 1, low: 0 };
