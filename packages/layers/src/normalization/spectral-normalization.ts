import { ConfigError, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { type Complete, count, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { TruncatedNormal } from '../initializers/random.ts';
import { WRAPPED } from './wrapped.ts';

/** Options of {@link SpectralNormalization}. */
export interface SpectralNormalizationOptions extends LayerOptions {
  /** Steps of the power iteration per training step. Default 1. */
  readonly powerIterations?: number;
}

type Main = SpectralNormalizationOptions & { readonly layer: Layer };

/** Below this norm vectors are divided by it instead of by their own. */
const SMALLEST = 1e-12;

/**
 * Keeps the largest stretch of a layer's kernel at 1: at each training step the kernel is divided by an estimate of its
 * largest singular value, from a power iteration that goes on from step to step. The kernel, `[..., outputs]`, counts as a
 * matrix of `outputs` columns. State: vector_u `[1, outputs]`. Miyato et al., 2018, arXiv:1802.05957.
 * @throws ConfigError for a layer without a kernel or embeddings
 * @example new SpectralNormalization(new Conv2D(32, 3))
 */
export class SpectralNormalization extends Layer<Complete<Main>> {
  static override readonly type: string = 'SpectralNormalization';
  static override readonly supportsMasking: boolean = true;
  #u!: Variable;
  #kernel!: Variable;

  constructor(layer: Layer | Main, options: SpectralNormalizationOptions = {}) {
    const given = layer instanceof Layer ? { ...options, layer } : positional({ layer }, options);
    super(readLayerOptions('SpectralNormalization', { layer: WRAPPED, powerIterations: count(1) }, given));
  }

  override sublayers(): readonly AnyLayer[] {
    return [this.given.layer as unknown as AnyLayer];
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { layer } = this.given;
    layer.outputSpec(input);
    const kernel = layer.weights.find(({ name }) => /\/(kernel|embeddings)$/.test(name));
    if (!kernel) {
      throw new ConfigError(
        `wraps a layer of type ${layer.type}, which has neither kernel nor embeddings. Wrap one that has, such as Dense or Conv2D.`,
      );
    }
    this.#kernel = kernel;
    this.#u = make.state('vector_u', [1, kernel.shape.at(-1)!], new TruncatedNormal({ stddev: 0.02 }));
  }

  protected override call(x: Tensor, mode: Mode): Tensor {
    if (mode.training) this.#normalize();
    return this.given.layer.apply(x, mode);
  }

  #normalize(): void {
    const matrix = this.#kernel.value.reshape([-1, this.#u.shape[1]!]);
    let [u, v] = [this.#u.value, this.#u.value];
    for (let i = 0; i < this.config.powerIterations; i++) {
      v = unit(u.matmul(matrix.transpose()));
      u = unit(v.matmul(matrix));
    }
    const sigma = v.matmul(matrix).matmul(u.transpose()).reshape([]);
    // A kernel of zeros has no direction: it and the vector stay.
    const some = sigma.notEqual(0);
    this.#kernel.assign(this.#kernel.value.div(some.where(sigma, 1)));
    this.#u.assign(some.where(u, this.#u.value));
  }
}

function unit(vector: Tensor): Tensor {
  return vector.mul(
    vector
      .square()
      .sum()
      .maximum(SMALLEST ** 2)
      .rsqrt(),
  );
}
