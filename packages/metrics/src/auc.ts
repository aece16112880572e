import { formatSpec, type HostArray, ShapeError, type Spec, sizeOf } from '@nablajs/tensor';
import { requireOneOf } from './config.ts';
import { HostMetric, type HostSpecs, type MetricOptions } from './metric.ts';

/** Config of {@link AUC}. */
export interface AUCConfig {
  /** Under the receiver operating characteristic, or under precision over recall. Default `ROC`. */
  readonly curve: 'ROC' | 'PR';
  /** Average the areas of the columns (those that have both classes) instead of pooling all elements. Default `false`. */
  readonly multiLabel: boolean;
}

/** A batch of decisions: scores, which of them are true, and how much each counts (`null`: 1). */
interface Batch {
  readonly scores: HostArray;
  readonly labels: Uint8Array;
  readonly weights: Float32Array | null;
}

/** All decisions together. */
interface Decisions {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/**
 * The exact area under a curve, over all thresholds there are: no `numThresholds` as in Keras, whose value is an
 * approximation of this one.
 *
 * `ROC`: the chance that a true sample scores above a false one, ties counted half. `PR`: the average precision,
 * `sum (R_n - R_(n-1)) P_n`. Only the order of scores matters, so logits are as good as probabilities. Keeps all scores
 * on the host. NaN where the area does not exist: without a true sample, for `ROC` without a false one. Class numbers
 * count as one-hot rows.
 */
export class AUC extends HostMetric<AUCConfig> {
  static override readonly type: string = 'AUC';
  static override readonly defaults: object = { curve: 'ROC', multiLabel: false };

  #batches: Batch[] = [];
  #columns = 1;

  constructor(options: MetricOptions<AUCConfig> = {}) {
    super(options);
    requireOneOf(this.type, 'curve', this.config.curve, ['ROC', 'PR']);
  }

  override build(truth: Spec, prediction: Spec): void {
    const size = sizeOf(prediction.shape);
    const columns = columnsOf(prediction);
    if (sizeOf(truth.shape) === size || sizeOf(truth.shape) * columns === size) return;
    throw new ShapeError(
      `${this.type}: the truth is ${formatSpec(truth)}, the prediction ${formatSpec(prediction)}. Give one label per predicted value, or one class number per sample.`,
    );
  }

  updateHost(truth: HostArray, prediction: HostArray, specs: HostSpecs, sampleWeight?: HostArray): void {
    this.build(specs.truth, specs.prediction);
    const { length } = prediction;
    this.#columns = columnsOf(specs.prediction);
    const perSample = truth.length === length ? 0 : this.#columns;
    const label = (i: number): boolean =>
      perSample === 0 ? truth[i] !== 0 : truth[Math.floor(i / perSample)] === i % perSample;
    const perWeight = sampleWeight ? length / sampleWeight.length : 1;
    this.#batches.push({
      scores: prediction.slice(),
      labels: Uint8Array.from({ length }, (_, i) => Number(label(i))),
      weights: sampleWeight ? Float32Array.from({ length }, (_, i) => sampleWeight[Math.floor(i / perWeight)]!) : null,
    });
  }

  resultHost(): number {
    const all = joined(this.#batches);
    const area = this.config.curve === 'ROC' ? areaUnderRoc : averagePrecision;
    if (!this.config.multiLabel) return area(all);
    const areas = Array.from({ length: this.#columns }, (_, k) => area(column(all, k, this.#columns)));
    const defined = areas.filter((value) => !Number.isNaN(value));
    return defined.reduce((sum, value) => sum + value, 0) / defined.length;
  }

  reset(): void {
    this.#batches = [];
  }
}

function columnsOf({ shape }: Spec): number {
  return shape.length <= 1 ? 1 : shape.at(-1)!;
}

function joined(batches: readonly Batch[]): Decisions {
  const length = batches.reduce((sum, { scores }) => sum + scores.length, 0);
  const all = { scores: new Float64Array(length), labels: new Uint8Array(length), weights: new Float64Array(length) };
  let at = 0;
  for (const { scores, labels, weights } of batches) {
    all.scores.set(scores, at);
    all.labels.set(labels, at);
    if (weights) all.weights.set(weights, at);
    else all.weights.fill(1, at, at + scores.length);
    at += scores.length;
  }
  return all;
}

function column({ scores, labels, weights }: Decisions, k: number, columns: number): Decisions {
  const mine = (_: number, i: number): boolean => i % columns === k;
  return { scores: scores.filter(mine), labels: labels.filter(mine), weights: weights.filter(mine) };
}

/** Weights of true and false decisions at each distinct score, highest first. */
function* steps({ scores, labels, weights }: Decisions): Generator<readonly [yes: number, no: number]> {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]!]!;
    let [yes, no] = [0, 0];
    for (; i < order.length && scores[order[i]!] === score; i++) {
      if (labels[order[i]!]) yes += weights[order[i]!]!;
      else no += weights[order[i]!]!;
    }
    yield [yes, no];
  }
}

/** The trapezoids under the curve: within a tie true and false positives grow together. Hanley and McNeil, 1982. */
function areaUnderRoc(decisions: Decisions): number {
  if (decisions.scores.some(Number.isNaN)) return Number.NaN;
  let [area, hits, misses] = [0, 0, 0];
  for (const [yes, no] of steps(decisions)) {
    area += no * (hits + yes / 2);
    hits += yes;
    misses += no;
  }
  return hits > 0 && misses > 0 ? area / (hits * misses) : Number.NaN;
}

function averagePrecision(decisions: Decisions): number {
  if (decisions.scores.some(Number.isNaN)) return Number.NaN;
  let [area, hits, misses] = [0, 0, 0];
  for (const [yes, no] of steps(decisions)) {
    hits += yes;
    misses += no;
    if (yes > 0) area += (yes * hits) / (hits + misses);
  }
  return hits > 0 ? area / hits : Number.NaN;
}
