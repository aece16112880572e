import { ConfigError } from '@nablajs/tensor';
import { type Complete, count, positional, readLayerOptions } from '../base/options.ts';
import { type Heads, PROJECTED, ProjectedAttention, type ProjectedAttentionOptions } from './projected.ts';

/** Options of {@link GroupQueryAttention}. */
export type GroupQueryAttentionOptions<Scores extends boolean = false> = ProjectedAttentionOptions<Scores>;

/** The arguments that may also be positional. */
export interface GroupQueryAttentionMain {
  /** Features of a head. */
  readonly headDim: number;
  readonly numQueryHeads: number;
  /** A divisor of `numQueryHeads`; 1 is multi-query attention. */
  readonly numKeyValueHeads: number;
}

type Config = Complete<GroupQueryAttentionOptions<boolean> & GroupQueryAttentionMain>;

const FIELDS = { headDim: count(), numQueryHeads: count(), numKeyValueHeads: count(), ...PROJECTED };

/**
 * {@link MultiHeadAttention} in which groups of query heads share one head of keys and values. Inputs, output and scores are
 * the same. Ainslie et al., 2023, arXiv:2305.13245. Weights: query, kernel `[features, numQueryHeads, headDim]`; key and
 * value, kernel `[features, numKeyValueHeads, headDim]`; attention_output, kernel `[numQueryHeads, headDim, features]`; each
 * with a bias.
 * @throws ConfigError unless `numKeyValueHeads` divides `numQueryHeads`
 * @example new GroupQueryAttention(64, 8, 2).apply([x, x])
 */
export class GroupQueryAttention<Scores extends boolean = false> extends ProjectedAttention<Config, Scores> {
  static override readonly type: string = 'GroupQueryAttention';

  constructor(
    headDim: number | (GroupQueryAttentionOptions<Scores> & GroupQueryAttentionMain),
    numQueryHeads?: number,
    numKeyValueHeads?: number,
    options: GroupQueryAttentionOptions<Scores> = {},
  ) {
    super(
      readLayerOptions(
        'GroupQueryAttention',
        FIELDS,
        positional({ headDim, numQueryHeads, numKeyValueHeads }, options),
      ),
    );
    const { numQueryHeads: queries, numKeyValueHeads: values } = this.given;
    if (queries % values !== 0) {
      throw new ConfigError(
        `GroupQueryAttention: numKeyValueHeads must divide numQueryHeads, got ${values} and ${queries}.`,
      );
    }
  }

  protected override heads(): Heads {
    const { headDim, numQueryHeads, numKeyValueHeads } = this.given;
    return {
      queries: numQueryHeads,
      values: numKeyValueHeads,
      keyDim: headDim,
      valueDim: headDim,
      outputShape: null,
      axes: [1],
    };
  }
}
