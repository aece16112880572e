import { ConfigError, formatSpec, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { type ActivationLike, activation } from '../activations/from.ts';
import { type AnyLayer, Layer, type Mode } from '../base/layer.ts';
import { maskOf, withMask } from '../base/mask.ts';
import {
  type Complete,
  count,
  flag,
  fraction,
  type LayerOptions,
  positional,
  positive,
  readLayerOptions,
} from '../base/options.ts';
import { listOf, type SpecsOf, type Value } from '../base/value.ts';
import type { WeightMaker } from '../base/weights.ts';
import { Dense } from '../dense/dense.ts';
import { initializer } from '../initializers/from.ts';
import type { InitializerLike } from '../initializers/initializer.ts';
import { LayerNormalization } from '../normalization/layer-normalization.ts';
import { dropped } from '../regularization/drop.ts';
import { MultiHeadAttention } from './multi-head.ts';

/** Options of {@link TransformerEncoder} and {@link TransformerDecoder}. */
export interface TransformerOptions extends LayerOptions {
  /** Probability with which scores, and what each part adds, are dropped while training. Default 0. */
  readonly dropout?: number;
  /** Between the two dense layers. Default `'relu'`. */
  readonly activation?: ActivationLike;
  /** Default 1e-5. */
  readonly layerNormEpsilon?: number;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerLike;
  /** Default `'zeros'`. */
  readonly biasInitializer?: InitializerLike;
  /** Normalize what goes into each part, not what comes out with the residual. Default `false`. */
  readonly normalizeFirst?: boolean;
  /** Steps attend to themselves and steps before them only. Default: `false` in encoders, `true` in decoders. */
  readonly useCausalMask?: boolean;
}

/** The arguments that may also be positional. */
export interface TransformerMain {
  /** Features between the two dense layers. */
  readonly intermediateDim: number;
  /** A divisor of the features. */
  readonly numHeads: number;
}

type Config = Complete<TransformerOptions & TransformerMain>;

const FIELDS = {
  intermediateDim: count(),
  numHeads: count(),
  dropout: fraction(0),
  activation: activation('relu'),
  layerNormEpsilon: positive(1e-5),
  kernelInitializer: initializer('glorotUniform'),
  biasInitializer: initializer('zeros'),
  normalizeFirst: flag(false),
};

/** Attention, or dense layers, and the normalization beside it. */
interface Part<L> {
  readonly layers: L;
  readonly norm: LayerNormalization;
}

/** Self-attention, attention to something else where there is such, two dense layers: each with a residual and a norm. */
abstract class Transformer<I extends Value> extends Layer<Config, I> {
  static override readonly supportsMasking: boolean = true;
  #self: Part<MultiHeadAttention> | null = null;
  #cross: Part<MultiHeadAttention> | null = null;
  #dense: Part<readonly [Dense, Dense]> | null = null;

  override sublayers(): readonly AnyLayer[] {
    const attentions = [this.#self, this.#cross].flatMap((part) => (part ? [part.layers, part.norm] : []));
    const dense = this.#dense ? [...this.#dense.layers, this.#dense.norm] : [];
    return [...attentions, ...dense] as unknown as readonly AnyLayer[];
  }

  protected override build(_: WeightMaker, input: SpecsOf<I>): void {
    const [x, memory] = listOf<Spec>(input as Spec | readonly Spec[]);
    const { numHeads, dropout, kernelInitializer, biasInitializer, intermediateDim, activation, useCausalMask } =
      this.given;
    const features = x?.shape.at(-1) ?? 0;
    if (x?.shape.length !== 3 || features % numHeads !== 0) {
      throw new ShapeError(
        `takes [batch, steps, features], the features a multiple of numHeads ${numHeads}, got ${x ? formatSpec(x) : 'nothing'}.`,
      );
    }
    const weights = { kernelInitializer, biasInitializer };
    const norm = (name: string): LayerNormalization =>
      new LayerNormalization({ epsilon: this.given.layerNormEpsilon, name });
    const attention = (name: string, causal: boolean): MultiHeadAttention =>
      new MultiHeadAttention(numHeads, features / numHeads, { name, dropout, useCausalMask: causal, ...weights });
    this.#self = { layers: attention('self_attention', useCausalMask), norm: norm('self_attention_norm') };
    if (memory) this.#cross = { layers: attention('cross_attention', false), norm: norm('cross_attention_norm') };
    const inner = new Dense(intermediateDim, { name: 'feedforward_intermediate', activation, ...weights });
    this.#dense = {
      layers: [inner, new Dense(features, { name: 'feedforward_output', ...weights })],
      norm: norm('feedforward_norm'),
    };
    this.#self.layers.outputSpec(x);
    this.#cross?.layers.outputSpec([x, memory!]);
    inner.outputSpec(x);
    this.#dense.layers[1].outputSpec({ ...x, shape: [...x.shape.slice(0, -1), intermediateDim] });
    for (const part of [this.#self, this.#cross, this.#dense]) part?.norm.outputSpec(x);
  }

  protected transformed(x: Tensor, memory: Tensor | null, mode: Mode): Tensor {
    const { layers: self, norm } = this.#self!;
    let y = this.#residual(x, norm, mode, (x) => self.apply(x, mode));
    if (memory) {
      const { layers: cross, norm } = this.#cross!;
      y = this.#residual(y, norm, mode, (y) => cross.apply([y, memory], mode));
    }
    const [inner, outer] = this.#dense!.layers;
    return this.#residual(y, this.#dense!.norm, mode, (y) => outer.apply(inner.apply(y, mode), mode));
  }

  #residual(x: Tensor, norm: LayerNormalization, mode: Mode, f: (x: Tensor) => Tensor): Tensor {
    const { dropout, normalizeFirst } = this.given;
    const found = f(normalizeFirst ? norm.apply(x, mode) : x);
    const sum = x.add(mode.training && dropout > 0 ? dropped(found, dropout, null) : found);
    const marked = withMask(sum, maskOf(x));
    return normalizeFirst ? marked : norm.apply(marked, mode);
  }
}

/**
 * One block of a transformer's encoder: self-attention and two dense layers, each added to what went in and normalized.
 * `[batch, steps, features]` stays as it is; masked steps are not attended to. Vaswani et al., 2017, arXiv:1706.03762. Layers
 * inside: self_attention, feedforward_intermediate, feedforward_output, and a norm after each part.
 * @example new TransformerEncoder(256, 8, { dropout: 0.1, normalizeFirst: true })
 */
export class TransformerEncoder extends Transformer<Tensor> {
  static override readonly type: string = 'TransformerEncoder';

  constructor(
    intermediateDim: number | (TransformerOptions & TransformerMain),
    numHeads?: number,
    options: TransformerOptions = {},
  ) {
    const fields = { ...FIELDS, useCausalMask: flag(false) };
    super(readLayerOptions('TransformerEncoder', fields, positional({ intermediateDim, numHeads }, options)));
  }

  protected override call(x: Tensor, mode: Mode): Tensor {
    return this.transformed(x, null, mode);
  }
}

/**
 * One block of a transformer's decoder: like {@link TransformerEncoder}, but steps see no later ones, and in between attend to
 * what an encoder gave. Takes `[x, memory]`, or `x` alone; gives the shape of `x`.
 * @example new TransformerDecoder(256, 8).apply([x, encoded])
 */
export class TransformerDecoder extends Transformer<Value> {
  static override readonly type: string = 'TransformerDecoder';

  constructor(
    intermediateDim: number | (TransformerOptions & TransformerMain),
    numHeads?: number,
    options: TransformerOptions = {},
  ) {
    const fields = { ...FIELDS, useCausalMask: flag(true) };
    super(readLayerOptions('TransformerDecoder', fields, positional({ intermediateDim, numHeads }, options)));
  }

  protected override call(inputs: Value, mode: Mode): Tensor {
    const [x, memory = null, ...more] = listOf<Tensor>(inputs);
    if (more.length > 0) {
      throw new ConfigError(`takes [x, memory], or x alone, got a list of ${more.length + 2}.`);
    }
    return this.transformed(x!, memory, mode);
  }
}
