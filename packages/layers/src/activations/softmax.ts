import { type Axes, softmax, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** One axis, or several that share one sum. Default -1, the last. */
  readonly axis?: number | readonly number[];
}

const NOTHING = -1e9;

const AXIS: Field<number | readonly number[]> = {
  must: 'a whole number, or a list of them',
  fallback: -1,
  read: (value) => {
    if (Array.isArray(value)) return value.length > 0 && value.every(Number.isInteger) ? value : undefined;
    return Number.isInteger(value) ? (value as number) : undefined;
  },
};

/**
 * Probabilities along an axis, or several together: positive, adding up to 1.
 * @example new Softmax()
 */
export class Softmax extends Layer<Complete<SoftmaxOptions>> {
  static override readonly type: string = 'Softmax';
  static override readonly supportsMasking: boolean = true;

  constructor(axis?: SoftmaxOptions['axis'] | SoftmaxOptions, options: LayerOptions = {}) {
    super(readLayerOptions('Softmax', { axis: AXIS }, positional({ axis }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { axis } = this.config;
    const kept = unmasked(x);
    return typeof axis === 'number' ? softmax(kept, axis) : together(kept, axis);
  }
}

/** With scores so low where a mask says there is nothing that they get no share. */
function unmasked(x: Tensor): Tensor {
  const mask = maskOf(x);
  if (mask === null) return x;
  const wide = mask.reshape([...mask.shape, ...new Array<number>(x.rank - mask.rank).fill(1)]);
  return x.add(wide.where(0, NOTHING));
}

function together(x: Tensor, axes: Axes): Tensor {
  const powers = x.sub(x.max(axes, { keepDims: true })).exp();
  return powers.div(powers.sum(axes, { keepDims: true }));
}
