import { formatSpec, ShapeError, type Spec, softmax, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer, type Mode } from '../base/layer.ts';
import { maskOf } from '../base/mask.ts';
import {
  type Complete,
  choice,
  flag,
  fraction,
  type LayerOptions,
  positional,
  readLayerOptions,
} from '../base/options.ts';
import { listOf, mapEach, type SpecsOf, type Value } from '../base/value.ts';
import type { WeightMaker } from '../base/weights.ts';
import { dropped } from '../regularization/drop.ts';
import {
  type AttentionCallOptions,
  type AttentionOutput,
  attentionInputs,
  both,
  causalMask,
  hidden,
  requireAttention,
} from './inputs.ts';

/** Options of {@link AdditiveAttention}. */
export interface AdditiveAttentionOptions<Scores extends boolean = false>
  extends LayerOptions,
    AttentionCallOptions<Scores> {
  /** Weigh the features by a learned vector. Default `true`. */
  readonly useScale?: boolean;
  /** Probability with which scores are dropped while training. Default 0. */
  readonly dropout?: number;
}

/** Options of {@link Attention}. */
export interface AttentionOptions<Scores extends boolean = false> extends LayerOptions, AttentionCallOptions<Scores> {
  /** Multiply the scores by a learned number. Default `false`. */
  readonly useScale?: boolean;
  /** `'dot'`: products of query and key; `'concat'`: the sum of `tanh(query + key)`. Default `'dot'`. */
  readonly scoreMode?: 'dot' | 'concat';
  /** Probability with which scores are dropped while training. Default 0. */
  readonly dropout?: number;
}

const FIELDS = {
  dropout: fraction(0),
  useCausalMask: flag(false),
  returnAttentionScores: flag(false),
};

interface ScoredConfig {
  readonly dropout: number;
  readonly useCausalMask: boolean;
  readonly returnAttentionScores: boolean;
}

/** Attention without projections: a subclass says how well a query and a key go together. */
abstract class ScoredAttention<C extends ScoredConfig, Scores extends boolean> extends Layer<
  C,
  Value,
  AttentionOutput<Scores>
> {
  static override readonly supportsMasking: boolean = true;

  /** `[..., queries, features]` and `[..., keys, features]` to `[..., queries, keys]`. */
  protected abstract score(query: Tensor, key: Tensor): Tensor;

  protected override call(inputs: Value, { training }: Mode): AttentionOutput<Scores> {
    requireAttention(
      this.type,
      mapEach<Tensor, Spec>(inputs, ({ spec }) => spec),
      3,
    );
    const { query, value, key } = attentionInputs(inputs);
    if (query.shape.at(-1) !== key.shape.at(-1)) {
      throw new ShapeError(
        `query ${formatSpec(query.spec)} and key ${formatSpec(key.spec)} must have as many features. Project one with a Dense layer, or use MultiHeadAttention.`,
      );
    }
    const { dropout, useCausalMask, returnAttentionScores } = this.config;
    const present = maskOf(value)?.expandDims(-2) ?? null;
    const causal = useCausalMask ? causalMask(query.shape.at(-2)!, key.shape.at(-2)!) : null;
    const shares = softmax(hidden(this.score(query, key), both(present, causal)));
    const kept = training && dropout > 0 ? dropped(shares, dropout, null) : shares;
    const found = kept.matmul(value);
    const output = maskOf(query)?.expandDims(-1).where(found, 0) ?? found;
    return (returnAttentionScores ? [output, kept] : output) as AttentionOutput<Scores>;
  }
}

/**
 * Attention by dot products, after Luong: each step of the query gets the mean of the values, weighed by the softmax of how
 * well their keys go with it. Takes `[query, value]`, `[query, value, key]`, or one tensor that attends to itself: `[batch,
 * queries, features]`, `[batch, values, features]`; gives `[batch, queries, features]`. Masked values have no share, masked
 * queries give 0. Weights: scale `[]` with `useScale`, concat_score_weight `[]` in mode `'concat'`.
 * @example new Attention().apply([query, value])
 */
export class Attention<Scores extends boolean = false> extends ScoredAttention<
  Complete<AttentionOptions<boolean>>,
  Scores
> {
  static override readonly type: string = 'Attention';
  #scale: Variable | null = null;
  #weight: Variable | null = null;

  constructor(useScale?: boolean | AttentionOptions<Scores>, options: AttentionOptions<Scores> = {}) {
    const fields = { useScale: flag(false), scoreMode: choice(['dot', 'concat'], 'dot'), ...FIELDS };
    super(readLayerOptions('Attention', fields, positional({ useScale }, options)));
  }

  protected override build(make: WeightMaker): void {
    const { useScale, scoreMode } = this.config;
    if (useScale) this.#scale = make.weight('scale', [], { initializer: 'ones' });
    if (scoreMode === 'concat') this.#weight = make.weight('concat_score_weight', [], { initializer: 'ones' });
  }

  protected override score(query: Tensor, key: Tensor): Tensor {
    const scaled = (x: Tensor): Tensor => (this.#scale ? x.mul(this.#scale.value) : x);
    if (!this.#weight) return scaled(query.matmul(swapped(key)));
    return scaled(pairs(query, key)).tanh().sum(-1).mul(this.#weight.value);
  }
}

/**
 * Attention by a small network, after Bahdanau: like {@link Attention}, with the scores `sum(scale * tanh(query + key))`.
 * Weights: scale `[features]`.
 * @example new AdditiveAttention().apply([query, value])
 */
export class AdditiveAttention<Scores extends boolean = false> extends ScoredAttention<
  Complete<AdditiveAttentionOptions<boolean>>,
  Scores
> {
  static override readonly type: string = 'AdditiveAttention';
  #scale: Variable | null = null;

  constructor(useScale?: boolean | AdditiveAttentionOptions<Scores>, options: AdditiveAttentionOptions<Scores> = {}) {
    super(
      readLayerOptions('AdditiveAttention', { useScale: flag(true), ...FIELDS }, positional({ useScale }, options)),
    );
  }

  protected override build(make: WeightMaker, input: SpecsOf<Value>): void {
    requireAttention(this.type, input, 3);
    if (this.config.useScale) this.#scale = make.weight('scale', [listOf<Spec>(input)[0]!.shape.at(-1)!]);
  }

  protected override score(query: Tensor, key: Tensor): Tensor {
    const activity = pairs(query, key).tanh();
    return (this.#scale ? activity.mul(this.#scale.value) : activity).sum(-1);
  }
}

/** Each query plus each key: `[..., queries, keys, features]`. */
function pairs(query: Tensor, key: Tensor): Tensor {
  return query.expandDims(-2).add(key.expandDims(-3));
}

function swapped(x: Tensor): Tensor {
  const axes = [...x.shape.keys()];
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}
