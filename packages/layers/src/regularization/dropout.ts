import { formatShape, formatSpec, randomBernoulli, type Shape, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import {
  type Complete,
  type Field,
  fraction,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
} from '../base/options.ts';

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Shape of the mask, which is broadcast: 1 for axes that are dropped as a whole, `null` for the input's own size. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

const NOISE: Field<readonly (number | null)[]> = {
  must: 'a list of whole numbers of at least 1 (or null, the size of the input)',
  fallback: undefined,
  read: (value) => {
    const fits = (size: unknown): boolean => size === null || (Number.isInteger(size) && (size as number) >= 1);
    return Array.isArray(value) && value.every(fits) ? value : undefined;
  },
};

/**
 * While training, sets elements to 0 with probability `rate` and multiplies the others by `1 / (1 - rate)`, so that the
 * mean stays the same; otherwise does nothing. Srivastava et al., 2014.
 * @throws ConfigError for a rate outside 0 to 1
 * @example new Dropout(0.5)
 */
export class Dropout extends Layer<Complete<DropoutOptions & { readonly rate: number }>> {
  static override readonly type: string = 'Dropout';

  constructor(rate: number | (DropoutOptions & { readonly rate: number }), options: DropoutOptions = {}) {
    const fields = { rate: fraction(), noiseShape: optional(NOISE) };
    super(readLayerOptions('Dropout', fields, positional({ rate }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor, { training }: Mode): Tensor {
    const { rate } = this.config;
    if (!training || rate === 0) return x;
    const kept = randomBernoulli(this.#noiseShape(x), 1 - rate);
    return kept.where(rate === 1 ? x : x.mul(1 / (1 - rate)), 0);
  }

  #noiseShape(x: Tensor): Shape {
    const { noiseShape } = this.config;
    if (noiseShape === null) return x.shape;
    const shape = noiseShape.map((size, axis) => size ?? x.shape[axis] ?? 1);
    if (shape.length === x.rank && shape.every((size, axis) => size === 1 || size === x.shape[axis])) return shape;
    throw new ShapeError(
      `noiseShape ${formatShape(shape)} does not broadcast to the input ${formatSpec(x.spec)}. Use one entry per axis: 1, or null for its own size.`,
    );
  }
}
