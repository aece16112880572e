// Losses that compare outputs of the same model with each other: pairs and triples along an axis of the prediction.
import { ConfigError, formatSpec, type HostArray, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { alignTruth } from '../base/align.ts';
import { requireRange } from '../base/config.ts';
import { Loss, type LossConfig, type LossJSON } from '../base/loss.ts';

const ONE_PER_PAIR = 'Each pair needs one label, 1 or -1.';

/**
 * `max(0, margin - truth (first - second))`: the first shall be higher where the label is 1, lower where it is -1. Labels
 * `[...]`, predictions `[..., 2]` -> `[...]`.
 * @throws ShapeError when the shapes do not go together
 */
export function marginRanking(truth: Tensor, prediction: Tensor, margin: number = 0): Tensor {
  return ranking('marginRanking', truth, prediction, margin);
}

function ranking(name: string, truth: Tensor, prediction: Tensor, margin: number): Tensor {
  const [first, second] = apart(name, prediction, -1, 2, 'pairs of scores, [batch, 2]') as [Tensor, Tensor];
  const lead = first.sub(second);
  return lead
    .mul(alignTruth(name, truth, lead, ONE_PER_PAIR))
    .neg()
    .add(margin)
    .relu();
}

/** Config of losses with a margin. */
export interface MarginConfig extends LossConfig {
  /** Default 0. */
  readonly margin: number;
}

/** {@link marginRanking} as a loss: for scores of two things at a time. */
export class MarginRanking extends Loss<MarginConfig> {
  static override readonly type: string = 'MarginRanking';
  static override readonly defaults: object = { margin: 0 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return ranking(this.type, truth, prediction, this.config.margin);
  }
}

/**
 * `1 - cos` where the label is 1, `max(0, cos - margin)` where it is -1, of the angle between two embeddings. Labels
 * `[batch]`, predictions `[batch, 2, dims]` -> `[batch]`.
 * @throws ShapeError when the shapes do not go together
 */
export function cosineEmbedding(truth: Tensor, prediction: Tensor, margin: number = 0): Tensor {
  return angles('cosineEmbedding', truth, prediction, margin);
}

/** Added to squared lengths, as in PyTorch. */
const SHORTEST = 1e-8;

function angles(name: string, truth: Tensor, prediction: Tensor, margin: number): Tensor {
  const [a, b] = apart(name, prediction, -2, 2, 'pairs of embeddings, [batch, 2, dims]') as [Tensor, Tensor];
  const lengths = a
    .square()
    .sum(-1)
    .mul(b.square().sum(-1))
    .maximum(SHORTEST ** 2)
    .sqrt();
  const cosine = a.mul(b).sum(-1).div(lengths);
  const isAlike = alignTruth(name, truth, cosine, ONE_PER_PAIR).greater(0);
  return isAlike.where(cosine.neg().add(1), cosine.sub(margin).relu());
}

/** {@link cosineEmbedding} as a loss. */
export class CosineEmbedding extends Loss<MarginConfig> {
  static override readonly type: string = 'CosineEmbedding';
  static override readonly defaults: object = { margin: 0 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return angles(this.type, truth, prediction, this.config.margin);
  }
}

/** Options of {@link tripletMargin}. */
export interface TripletMarginOptions {
  /** By how much the other must be farther. Default 1. */
  readonly margin?: number;
  /** The power of the distance: 2 (the default) as the crow flies, 1 along the axes. */
  readonly p?: number;
  /** Added to differences. Default 1e-6. */
  readonly epsilon?: number;
  /** Measure the other from the positive where that is nearer. Default `false`. */
  readonly swap?: boolean;
}

/**
 * `max(0, |anchor - positive| - |anchor - negative| + margin)`, all three `[..., dims]` -> `[...]`.
 * Schroff et al., 2015, arXiv:1503.03832; Balntas et al., 2016, for `swap`.
 */
export function tripletMargin(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  { margin = 1, p = 2, epsilon = 1e-6, swap = false }: TripletMarginOptions = {},
): Tensor {
  const between = (a: Tensor, b: Tensor): Tensor => {
    const difference = a.sub(b).add(epsilon);
    if (p === 2) return difference.square().sum(-1).sqrt();
    return difference
      .abs()
      .pow(p)
      .sum(-1)
      .pow(1 / p);
  };
  return tripletMarginWithDistance(anchor, positive, negative, between, { margin, swap });
}

/** How far apart two tensors are, one number per sample: `[batch, ...]` and the same -> `[batch]`. */
export type Distance = (a: Tensor, b: Tensor) => Tensor;

/** Options of {@link tripletMarginWithDistance}. */
export type TripletOptions = Pick<TripletMarginOptions, 'margin' | 'swap'>;

/** {@link tripletMargin} with a distance of yours: `max(0, d(anchor, positive) - d(anchor, negative) + margin)`. */
export function tripletMarginWithDistance(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  distance: Distance,
  { margin = 1, swap = false }: TripletOptions = {},
): Tensor {
  const far = distance(anchor, negative);
  return distance(anchor, positive)
    .sub(swap ? far.minimum(distance(positive, negative)) : far)
    .add(margin)
    .relu();
}

/** Config of {@link TripletMargin}. */
export interface TripletMarginConfig extends LossConfig, Required<TripletMarginOptions> {}

/**
 * {@link tripletMargin} as a loss: predictions `[batch, 3, dims]` hold anchor, positive and negative. The truth is not looked
 * at: any tensor will do.
 */
export class TripletMargin extends Loss<TripletMarginConfig> {
  static override readonly type: string = 'TripletMargin';
  static override readonly defaults: object = { margin: 1, p: 2, epsilon: 1e-6, swap: false };

  constructor(options: Partial<TripletMarginConfig> = {}) {
    super(options);
    requireRange(this.type, 'p', this.config.p, 1, Number.POSITIVE_INFINITY);
  }

  call(_truth: Tensor, prediction: Tensor): Tensor {
    const [anchor, positive, negative] = apart(this.type, prediction, -2, 3, 'triples of embeddings, [batch, 3, dims]');
    return tripletMargin(anchor!, positive!, negative!, this.config);
  }

  override checkLabels(_labels: HostArray, _truth: Spec, _prediction: Spec): void {}
}

/** Config of {@link TripletMarginWithDistance}. */
export interface TripletMarginWithDistanceConfig extends LossConfig, Required<TripletOptions> {
  /** Of two lists of embeddings, `[..., dims]` each -> `[...]`. It must be given. */
  readonly distance: Distance;
}

/**
 * {@link TripletMargin} with a distance of yours. Files cannot hold functions: a model trains with it, but `toJSON` throws.
 * @example new TripletMarginWithDistance((a, b) => cosineSimilarity(a, b).add(1), { margin: 0.2 })
 */
export class TripletMarginWithDistance extends Loss<TripletMarginWithDistanceConfig> {
  static override readonly type: string = 'TripletMarginWithDistance';
  static override readonly defaults: object = { distance: null, margin: 1, swap: false };

  constructor(
    distance: Distance | Partial<TripletMarginWithDistanceConfig>,
    options: Partial<Omit<TripletMarginWithDistanceConfig, 'distance'>> = {},
  ) {
    super(typeof distance === 'function' ? { ...options, distance } : distance);
    if (typeof this.config.distance === 'function') return;
    throw new ConfigError(
      `${this.type}: distance must be a function of two tensors, got ${JSON.stringify(this.config.distance)}.`,
    );
  }

  call(_truth: Tensor, prediction: Tensor): Tensor {
    const [anchor, positive, negative] = apart(this.type, prediction, -2, 3, 'triples of embeddings, [batch, 3, dims]');
    return tripletMarginWithDistance(anchor!, positive!, negative!, this.config.distance, this.config);
  }

  override checkLabels(_labels: HostArray, _truth: Spec, _prediction: Spec): void {}

  override toJSON(): LossJSON {
    throw new ConfigError(
      `${this.type}: distance is a function, which a file cannot hold. Save the weights alone, or write a loss of your own with a type.`,
    );
  }
}

/** The parts of a prediction along an axis that must have so many. */
function apart(name: string, prediction: Tensor, axis: -1 | -2, count: number, form: string): readonly Tensor[] {
  const { shape, rank } = prediction;
  const at = rank + axis;
  if (at < 0 || shape[at] !== count) {
    throw new ShapeError(`${name}: the prediction is ${formatSpec(prediction.spec)}, it must hold ${form}.`);
  }
  const size = shape.map((each, i) => (i === at ? 1 : each));
  const starts = (k: number): number[] => shape.map((_, i) => (i === at ? k : 0));
  return Array.from({ length: count }, (_, k) => prediction.slice(starts(k), size).squeeze(at));
}
