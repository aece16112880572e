import { fromData, isFloat, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';

/** One number, or one per channel (the last axis). */
export type PerChannel = number | readonly number[];

/** Options of {@link Rescaling}. */
export interface RescalingOptions extends LayerOptions {
  /** What is added. Default 0. */
  readonly offset?: PerChannel;
}

function perChannel(fallback?: number): Field<PerChannel> {
  return {
    must: 'a number, or a list with one per channel',
    fallback,
    read: (value) => {
      if (Array.isArray(value)) return value.length > 0 && value.every(Number.isFinite) ? value : undefined;
      return Number.isFinite(value) ? (value as number) : undefined;
    },
  };
}

/**
 * `x * scale + offset`, in training and inference alike. Whole numbers become float32.
 * @example new Rescaling(1 / 127.5, { offset: -1 }) // 0..255 to -1..1
 */
export class Rescaling extends Layer<Complete<RescalingOptions & { readonly scale: PerChannel }>> {
  static override readonly type: string = 'Rescaling';
  static override readonly supportsMasking: boolean = true;

  constructor(
    scale: PerChannel | (RescalingOptions & { readonly scale: PerChannel }),
    options: RescalingOptions | PerChannel = {},
  ) {
    const rest = typeof options === 'number' || Array.isArray(options) ? { offset: options } : options;
    const fields = { scale: perChannel(), offset: perChannel(0) };
    super(readLayerOptions('Rescaling', fields, positional({ scale }, rest)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const value = isFloat(x.dtype) ? x : x.cast('float32');
    const operand = (numbers: PerChannel): number | Tensor =>
      typeof numbers === 'number' ? numbers : fromData(Float32Array.from(numbers), [numbers.length]).cast(value.dtype);
    return value.mul(operand(this.config.scale)).add(operand(this.config.offset));
  }
}
