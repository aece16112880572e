import { ConfigError, concat, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  count,
  flag,
  type LayerOptions,
  positional,
  positive,
  readLayerOptions,
  wholeList,
} from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { featuresOf, requireFeatures } from './features.ts';

/** Options of {@link AdaptiveLogSoftmax}. */
export interface AdaptiveLogSoftmaxOptions extends LayerOptions {
  /** By how much narrower each group is seen than the one before. Default 4. */
  readonly divValue?: number;
  /** Whether the scores of the most frequent classes and of the groups have a bias. Default `false`. */
  readonly headBias?: boolean;
}

/** The arguments that may also be positional. */
export interface AdaptiveLogSoftmaxGroups {
  /** How many classes there are, the most frequent first. */
  readonly classes: number;
  /** Where the groups of rarer classes begin, rising, below `classes`. */
  readonly cutoffs: readonly number[];
}

type Main = AdaptiveLogSoftmaxOptions & AdaptiveLogSoftmaxGroups;

const FIELDS = {
  classes: count(),
  cutoffs: wholeList('a list of rising whole numbers of at least 1', (value) => value >= 1),
  divValue: positive(4),
  headBias: flag(false),
};

/**
 * Logarithms of the probabilities of very many classes, `[..., features] -> [..., classes]`, with far fewer weights than a
 * `Dense` layer: rare classes stand in groups, which the head scores as it scores frequent classes; within a group only
 * `features / divValue^i` numbers decide, `i` from 1. Train it with `SparseCategoricalCrossentropy({ fromLogits: true })`. All
 * groups are computed for all samples, so it saves memory rather than time. Weights: head_kernel, head_bias, then of each group
 * group_i_projection and group_i_kernel. Grave et al., 2016, arXiv:1609.04309.
 * @throws ConfigError for cutoffs that do not rise, or are not below `classes`
 * @example new AdaptiveLogSoftmax(50_000, [2_000, 10_000])
 */
export class AdaptiveLogSoftmax extends Layer<Complete<Main>> {
  static override readonly type: string = 'AdaptiveLogSoftmax';
  static override readonly supportsMasking: boolean = true;
  #head!: Variable;
  #bias: Variable | null = null;
  #groups: readonly { readonly projection: Variable; readonly kernel: Variable }[] = [];

  constructor(classes: number | Main, cutoffs?: readonly number[], options: AdaptiveLogSoftmaxOptions = {}) {
    super(readLayerOptions('AdaptiveLogSoftmax', FIELDS, positional({ classes, cutoffs }, options)));
    const bounds = [0, ...this.config.cutoffs, this.config.classes];
    if (bounds.length > 2 && bounds.every((bound, i) => i === 0 || bound > bounds[i - 1]!)) return;
    throw new ConfigError(
      `AdaptiveLogSoftmax: cutoffs must rise and stay below the ${this.config.classes} classes, got [${this.config.cutoffs.join(', ')}].`,
    );
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { classes, cutoffs, divValue, headBias } = this.config;
    const width = featuresOf(input);
    const outputs = cutoffs[0]! + cutoffs.length;
    this.#head = make.weight('head_kernel', [width, outputs]);
    this.#bias = headBias ? make.weight('head_bias', [outputs], { initializer: 'zeros' }) : null;
    this.#groups = cutoffs.map((from, i) => {
      const narrow = Math.max(1, Math.floor(width / divValue ** (i + 1)));
      return {
        projection: make.weight(`group_${i + 1}_projection`, [width, narrow]),
        kernel: make.weight(`group_${i + 1}_kernel`, [narrow, (cutoffs[i + 1] ?? classes) - from]),
      };
    });
  }

  protected override call(x: Tensor): Tensor {
    requireFeatures(this.type, x.shape, this.#head.shape[0]!);
    const scores = x.matmul(this.#head.value);
    const head = (this.#bias ? scores.add(this.#bias.value) : scores).logSoftmax();
    const [frequent] = this.config.cutoffs as readonly [number];
    const columns = (from: number, size: number): Tensor =>
      head.slice([...x.shape.slice(1).map(() => 0), from], [...x.shape.slice(0, -1), size]);
    const rare = this.#groups.map(({ projection, kernel }, i) =>
      x
        .matmul(projection.value)
        .matmul(kernel.value)
        .logSoftmax()
        .add(columns(frequent + i, 1)),
    );
    return concat([columns(0, frequent), ...rare], -1);
  }
}
