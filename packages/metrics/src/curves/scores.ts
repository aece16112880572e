// All scores of a data set on the host, for what depends on their order.
import { ConfigError, formatSpec, type HostArray, ShapeError, type Spec, sizeOf } from '@nablajs/tensor';
import { HostMetric, type HostSpecs } from '../base/metric.ts';

/** Decisions: scores, which of them are true, and how much each counts. */
export interface Decisions {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/** One batch: `[samples, columns]`, row-major; `weights` of `null` are 1. */
interface Batch {
  readonly scores: HostArray;
  readonly labels: Uint8Array;
  readonly weights: Float32Array | null;
}

/** A metric that keeps all scores. Class numbers as truth count as one-hot rows. */
export abstract class ScoreMetric<Config extends object = object> extends HostMetric<Config> {
  #batches: Batch[] = [];
  #columns = 1;

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

  reset(): void {
    this.#batches = [];
  }

  /** Classes, or decisions per sample. */
  protected get columns(): number {
    return this.#columns;
  }

  /** All decisions, or those of one column. Throws ConfigError for a column that does not exist. */
  protected decisions(classId: number | null = null): Decisions {
    const all = joined(this.#batches);
    if (classId === null) return all;
    if (!Number.isInteger(classId) || classId < 0 || classId >= this.#columns) {
      throw new ConfigError(
        `${this.type}: classId ${classId} is outside the ${this.#columns} classes, 0 to ${this.#columns - 1}.`,
      );
    }
    return chosen(all, (i) => i % this.#columns === classId);
  }
}

function columnsOf({ shape }: Spec): number {
  return shape.length <= 1 ? 1 : shape.at(-1)!;
}

/** The decisions at some places. */
export function chosen({ scores, labels, weights }: Decisions, isChosen: (i: number) => boolean): Decisions {
  const mine = (_: number, i: number): boolean => isChosen(i);
  return { scores: scores.filter(mine), labels: labels.filter(mine), weights: weights.filter(mine) };
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

/** Weights of true and false decisions at each distinct score, highest first. */
export function* steps({
  scores,
  labels,
  weights,
}: Decisions): Generator<{ readonly score: number; readonly yes: number; readonly no: number }> {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]!);
  for (let i = 0; i < order.length; ) {
    const score = scores[order[i]!]!;
    let [yes, no] = [0, 0];
    for (; i < order.length && scores[order[i]!] === score; i++) {
      if (labels[order[i]!]) yes += weights[order[i]!]!;
      else no += weights[order[i]!]!;
    }
    yield { score, yes, no };
  }
}

/** Whether a score is NaN: then there is no order. */
export function hasNaN({ scores }: Decisions): boolean {
  return scores.some(Number.isNaN);
}
