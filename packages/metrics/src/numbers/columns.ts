// Pairs of true and predicted numbers by column, in float64 on the host: variances are small differences of large sums, for
// which float32 is too coarse.
import { formatSpec, type HostArray, ShapeError, type Spec, sizeOf } from '@nablajs/tensor';
import { HostMetric, type HostSpecs } from '../base/metric.ts';

/** Calls back with every pair: its row and column, both numbers and their weight. */
export function eachPair(
  { truth, prediction }: { readonly truth: HostArray; readonly prediction: HostArray },
  columns: number,
  sampleWeight: HostArray | undefined,
  visit: (row: number, column: number, y: number, p: number, weight: number) => void,
): void {
  const perWeight = sampleWeight ? prediction.length / sampleWeight.length : 1;
  for (let i = 0; i < prediction.length; i++) {
    const weight = sampleWeight ? sampleWeight[Math.floor(i / perWeight)]! : 1;
    visit(Math.floor(i / columns), i % columns, truth[i]!, prediction[i]!, weight);
  }
}

/** A metric of numbers, as many true as predicted. */
export abstract class PairMetric<Config extends object = object> extends HostMetric<Config> {
  override build(truth: Spec, prediction: Spec): void {
    if (sizeOf(truth.shape) === sizeOf(prediction.shape)) return;
    throw new ShapeError(
      `${this.type}: the truth is ${formatSpec(truth)}, the prediction ${formatSpec(prediction)}. Each predicted number needs one true number.`,
    );
  }

  updateHost(truth: HostArray, prediction: HostArray, specs: HostSpecs, sampleWeight?: HostArray): void {
    this.build(specs.truth, specs.prediction);
    const { shape } = specs.prediction;
    this.add({ truth, prediction }, shape.length <= 1 ? 1 : shape.at(-1)!, sampleWeight);
  }

  /** Adds a batch of rows with so many columns. */
  protected abstract add(
    batch: { readonly truth: HostArray; readonly prediction: HostArray },
    columns: number,
    sampleWeight: HostArray | undefined,
  ): void;
}

/** Sums over pairs, from which means, variances and covariances follow. Counted from the first pair, so that they stay small. */
export class Moments {
  weight = 0;
  count = 0;
  #origin: readonly [y: number, p: number] | null = null;
  #y = 0;
  #p = 0;
  #yy = 0;
  #pp = 0;
  #yp = 0;

  add(y: number, p: number, weight: number): void {
    this.#origin ??= [y, p];
    const [a, b] = [y - this.#origin[0], p - this.#origin[1]];
    this.weight += weight;
    this.count++;
    this.#y += weight * a;
    this.#p += weight * b;
    this.#yy += weight * a * a;
    this.#pp += weight * b * b;
    this.#yp += weight * a * b;
  }

  /** The mean of the truth. */
  get meanTruth(): number {
    return (this.#origin?.[0] ?? 0) + this.#y / this.weight;
  }

  get meanPrediction(): number {
    return (this.#origin?.[1] ?? 0) + this.#p / this.weight;
  }

  get varianceTruth(): number {
    return this.#yy / this.weight - (this.#y / this.weight) ** 2;
  }

  get variancePrediction(): number {
    return this.#pp / this.weight - (this.#p / this.weight) ** 2;
  }

  get covariance(): number {
    return this.#yp / this.weight - (this.#y * this.#p) / this.weight ** 2;
  }
}
