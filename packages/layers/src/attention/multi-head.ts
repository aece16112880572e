import { type Complete, count, type Field, optional, positional, readLayerOptions } from '../base/options.ts';
import { type Heads, PROJECTED, ProjectedAttention, type ProjectedAttentionOptions } from './projected.ts';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions<Scores extends boolean = false> extends ProjectedAttentionOptions<Scores> {
  /** Features of a head's values. Default `null`: `keyDim`. */
  readonly valueDim?: number | null;
  /** Size of the output's features, or of several axes in their place. Default `null`: that of the query. */
  readonly outputShape?: number | readonly number[] | null;
  /** The axis or axes along which steps lie. Default `null`: all between batch and features. */
  readonly attentionAxes?: number | readonly number[] | null;
}

/** The arguments that may also be positional. */
export interface MultiHeadAttentionMain {
  readonly numHeads: number;
  /** Features of a head's queries and keys. */
  readonly keyDim: number;
}

type Config = Complete<MultiHeadAttentionOptions<boolean> & MultiHeadAttentionMain>;

const FIELDS = {
  numHeads: count(),
  keyDim: count(),
  valueDim: optional(count()),
  outputShape: optional(listField('a whole number of at least 1, or a list of such', (size) => size >= 1)),
  attentionAxes: optional(listField('an axis, or a list of axes', () => true)),
  ...PROJECTED,
};

/**
 * Attention in several heads, each with projections of its own: `softmax(Q K^T / sqrt(keyDim)) V`, the heads' results
 * projected back together. Takes `[query, value]`, `[query, value, key]`, `[query, value, key, mask]` with a bool mask
 * `[batch, queries, values]`, or one tensor that attends to itself; `[batch, steps, features]` each. Gives `[batch, queries,
 * features]`; with `returnAttentionScores` also scores `[batch, numHeads, queries, values]`. Vaswani et al., 2017,
 * arXiv:1706.03762. Weights: query, key and value, each kernel `[features, numHeads, size]` and bias `[numHeads, size]`;
 * attention_output, kernel `[numHeads, valueDim, features]` and bias.
 * @throws ShapeError for inputs that do not go together; ConfigError for a causal mask over several axes
 * @example new MultiHeadAttention(8, 64, { useCausalMask: true }).apply([x, x])
 */
export class MultiHeadAttention<Scores extends boolean = false> extends ProjectedAttention<Config, Scores> {
  static override readonly type: string = 'MultiHeadAttention';

  constructor(
    numHeads: number | (MultiHeadAttentionOptions<Scores> & MultiHeadAttentionMain),
    keyDim?: number,
    options: MultiHeadAttentionOptions<Scores> = {},
  ) {
    super(readLayerOptions('MultiHeadAttention', FIELDS, positional({ numHeads, keyDim }, options)));
  }

  protected override heads(): Heads {
    const { numHeads, keyDim, valueDim, outputShape, attentionAxes } = this.given;
    return {
      queries: numHeads,
      values: numHeads,
      keyDim,
      valueDim: valueDim ?? keyDim,
      outputShape: outputShape as readonly number[] | null,
      axes: attentionAxes as readonly number[] | null,
    };
  }
}

/** One whole number or a list; the normal form is the list. */
function listField(must: string, accepts: (value: number) => boolean): Field<readonly number[]> {
  const fits = (item: unknown): boolean => Number.isInteger(item) && accepts(item as number);
  return {
    must,
    fallback: undefined,
    read: (value) => {
      const list = Array.isArray(value) ? value : [value];
      return list.length > 0 && list.every(fits) ? list : undefined;
    },
  };
}
