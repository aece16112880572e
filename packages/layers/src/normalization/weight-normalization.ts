import { ConfigError, type Spec, type Tensor, Variable, variable, zeros } from '@nablajs/tensor';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { type Remade, type Weight, type WeightMaker, withRemadeWeights } from '../base/weights.ts';
import { WRAPPED } from './wrapped.ts';

/** Options of {@link WeightNormalization}. */
export interface WeightNormalizationOptions extends LayerOptions {
  /** The axes of a kernel along which each place has a length of its own. Default -1, the outputs; `[-2, -1]` for depthwise kernels. */
  readonly axis?: number | readonly number[];
}

type Main = WeightNormalizationOptions & { readonly layer: Layer };

/**
 * Trains lengths and directions of a layer's kernels apart: each kernel (or table of embeddings) is `g v / |v|`, with one length
 * per output. It begins as the kernel alone would. Weights: those of the layer, with kernel_v of the kernel's shape and kernel_g
 * `[outputs]` in the place of kernel. Salimans and Kingma, 2016,
 * arXiv:1602.07868.
 * @throws ConfigError for a layer without a kernel or embeddings, with a constraint on it, or that was applied before
 * @example new WeightNormalization(new Dense(64, { activation: 'relu' }))
 */
export class WeightNormalization extends Layer<Complete<Main>> {
  static override readonly type: string = 'WeightNormalization';
  static override readonly supportsMasking: boolean = true;

  constructor(layer: Layer | Main, options: WeightNormalizationOptions = {}) {
    const given = layer instanceof Layer ? { ...options, layer } : positional({ layer }, options);
    super(readLayerOptions('WeightNormalization', { layer: WRAPPED, axis: AXIS }, given));
  }

  override sublayers(): readonly AnyLayer[] {
    return [this.given.layer as unknown as AnyLayer];
  }

  protected override build(_: WeightMaker, input: Spec): void {
    const { layer } = this.given;
    if (layer.weights.length > 0) {
      throw new ConfigError(
        `wraps a layer of type ${layer.type} that has its weights already. Wrap it before it is applied.`,
      );
    }
    const axes = [this.config.axis].flat();
    withRemadeWeights(
      (weight) => apart(weight, axes),
      () => layer.outputSpec(input),
    );
    if (layer.weights.some(({ name }) => name.endsWith('_g'))) return;
    throw new ConfigError(
      `wraps a layer of type ${layer.type}, which has neither kernel nor embeddings. Wrap one that has, such as Dense or Conv2D.`,
    );
  }

  protected override call(x: Tensor, mode: Mode): Tensor {
    return this.given.layer.apply(x, mode);
  }
}

const AXIS: Field<number | readonly number[]> = {
  must: 'a whole number, or a list of them',
  fallback: -1,
  read: (value) => ([value].flat().every(Number.isInteger) ? (value as number | readonly number[]) : undefined),
};

/** A kernel as direction and length; other weights as they are. */
function apart(weight: Weight, axes: readonly number[]): Remade {
  const { name, variable: direction, trainable, regularizer } = weight;
  if (!/(^|_)(kernel|embeddings)$/.test(name)) return { read: direction, kept: [weight] };
  if (direction.constraint) {
    throw new ConfigError(`the constraint on '${name}' would hold for its direction only. Take it away.`);
  }
  const rank = direction.shape.length;
  const own = axes.map((axis) => (axis < 0 ? rank + axis : axis));
  const within = direction.shape.flatMap((_, axis) => (own.includes(axis) ? [] : [axis]));
  const shape = direction.shape.filter((_, axis) => own.includes(axis));
  const length = variable(() => lengths(direction.value, within).reshape(shape), { name });
  const read = new Product(direction, length, within);
  return {
    read,
    kept: [
      {
        ...weight,
        name: `${name}_v`,
        // Of the kernel, not of its direction.
        regularizer: regularizer && { apply: () => regularizer.apply(read.value) },
      },
      { name: `${name}_g`, variable: length, isState: false, trainable, regularizer: null },
    ],
  };
}

function lengths(direction: Tensor, within: readonly number[]): Tensor {
  return direction.square().sum(within, { keepDims: true }).sqrt();
}

/** What a layer reads for its kernel. */
class Product extends Variable {
  readonly #direction: Variable;
  readonly #length: Variable;
  readonly #within: readonly number[];

  constructor(direction: Variable, length: Variable, within: readonly number[]) {
    super(() => zeros(direction.shape, direction.dtype));
    this.#direction = direction;
    this.#length = length;
    this.#within = within;
  }

  override get value(): Tensor {
    const direction = this.#direction.value;
    const long = lengths(direction, this.#within);
    // A direction of zeros has no length to divide by.
    return direction.mul(this.#length.value.reshape(long.shape).div(long.equal(0).where(1, long)));
  }
}
