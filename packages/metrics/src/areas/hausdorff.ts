import { ConfigError, formatSpec, type HostArray, ShapeError, type Spec, sizeOf } from '@nablajs/tensor';
import { requireOneOf } from '../base/config.ts';
import { HostMetric, type HostSpecs, type MetricOptions } from '../base/metric.ts';

/** Config of {@link HausdorffDistance}. */
export interface HausdorffDistanceConfig {
  /** For class numbers or scores per class. Default `null`: maps of yes and no, one per sample. */
  readonly numClasses: number | null;
  /** For maps of yes and no: predictions above it say yes. Default 0.5. */
  readonly threshold: number;
  /** Whether class 0 counts. Default `false`. Maps of yes and no have none. */
  readonly includeBackground: boolean;
  /** As the crow flies (the default), along the axes, or the largest step along one. */
  readonly distance: 'euclidean' | 'taxicab' | 'chessboard';
  /** Only how far the prediction strays from the truth. Default `false`: the larger of both ways. */
  readonly directed: boolean;
}

type Point = readonly number[];

const DISTANCES: Readonly<Record<HausdorffDistanceConfig['distance'], (gaps: Point) => number>> = {
  euclidean: (gaps) => Math.hypot(...gaps),
  taxicab: (gaps) => gaps.reduce((sum, gap) => sum + gap, 0),
  chessboard: (gaps) => Math.max(...gaps),
};

/**
 * How far the outline of an area lies from that of the true one at most, in pixels; the mean over samples and classes that
 * occur. Infinite where only one of both has the class, NaN where nothing occurs. Maps `[batch, ...]` of yes and no, or with
 * `numClasses` class numbers of that shape or scores `[batch, ..., classes]` beside class numbers or one-hot rows. On the host.
 */
export class HausdorffDistance extends HostMetric<HausdorffDistanceConfig> {
  static override readonly type: string = 'HausdorffDistance';
  static override readonly defaults: object = {
    numClasses: null,
    threshold: 0.5,
    includeBackground: false,
    distance: 'euclidean',
    directed: false,
  };

  #total = 0;
  #weight = 0;

  constructor(options: MetricOptions<HausdorffDistanceConfig> = {}) {
    super(options);
    const { numClasses, distance } = this.config;
    requireOneOf(this.type, 'distance', distance, Object.keys(DISTANCES));
    if (numClasses === null || (Number.isInteger(numClasses) && numClasses >= 2)) return;
    throw new ConfigError(
      `${this.type}: numClasses must be a whole number of at least 2, or null for yes and no, got ${numClasses}.`,
    );
  }

  override build(truth: Spec, prediction: Spec): void {
    const [places, others] = [truth, prediction].map((spec) => sizeOf(this.#map(spec)));
    if (places === others) return;
    throw new ShapeError(
      `${this.type}: the truth is ${formatSpec(truth)}, the prediction ${formatSpec(prediction)}. Give one label per place${this.config.numClasses === null ? ', or numClasses where there are scores of several classes' : ' or one-hot rows, and scores per class'}.`,
    );
  }

  updateHost(truth: HostArray, prediction: HostArray, specs: HostSpecs, sampleWeight?: HostArray): void {
    this.build(specs.truth, specs.prediction);
    const { includeBackground, numClasses } = this.config;
    const [samples = 1, ...space] = this.#map(specs.prediction);
    const size = sizeOf(space);
    const [actual, said] = [this.#labels(truth, specs.truth, 0), this.#labels(prediction, specs.prediction)];
    for (let sample = 0; sample < samples; sample++) {
      const weight = sampleWeight ? sampleWeight[(sample * sampleWeight.length) / samples]! : 1;
      const own = (labels: Int32Array): Int32Array => labels.subarray(sample * size, (sample + 1) * size);
      for (let label = includeBackground && numClasses !== null ? 0 : 1; label < (numClasses ?? 2); label++) {
        const [here, there] = [outline(own(actual), space, label), outline(own(said), space, label)];
        if (here.length === 0 && there.length === 0) continue;
        this.#total += weight * this.#distance(here, there);
        this.#weight += weight;
      }
    }
  }

  resultHost(): number {
    return this.#total / this.#weight;
  }

  reset(): void {
    [this.#total, this.#weight] = [0, 0];
  }

  /** The shape without classes: `[batch, ...]`. */
  #map({ shape }: Spec): readonly number[] {
    return this.#hasScores({ shape }) ? shape.slice(0, -1) : shape;
  }

  #hasScores({ shape }: Pick<Spec, 'shape'>): boolean {
    return shape.length > 1 && shape.at(-1) === (this.config.numClasses ?? 1);
  }

  /** The class of each place. */
  #labels(values: HostArray, spec: Spec, threshold: number = this.config.threshold): Int32Array {
    const { numClasses } = this.config;
    if (numClasses === null) return Int32Array.from(values, (value) => Number(value > threshold));
    if (!this.#hasScores(spec)) return Int32Array.from(values);
    return Int32Array.from({ length: values.length / numClasses }, (_, place) => {
      const first = place * numClasses;
      let best = first;
      for (let i = first; i < first + numClasses; i++) if (values[i]! > values[best]!) best = i;
      return best - first;
    });
  }

  #distance(here: readonly Point[], there: readonly Point[]): number {
    const far = DISTANCES[this.config.distance];
    const from = (points: readonly Point[], others: readonly Point[]): number =>
      points.reduce((most, point) => {
        const nearest = others.reduce(
          (least, other) => Math.min(least, far(point.map((x, axis) => Math.abs(x - other[axis]!)))),
          Number.POSITIVE_INFINITY,
        );
        return Math.max(most, nearest);
      }, 0);
    const strayed = here.length === 0 ? Number.POSITIVE_INFINITY : from(there, here);
    return this.config.directed ? strayed : Math.max(strayed, from(here, there));
  }
}

/** The places of a class that have a neighbour, along an axis, of another class or outside of the map. */
function outline(labels: Int32Array, space: readonly number[], label: number): Point[] {
  const strides = space.map((_, axis) => sizeOf(space.slice(axis + 1)));
  const points: Point[] = [];
  for (const [place, found] of labels.entries()) {
    if (found !== label) continue;
    const point = space.map((size, axis) => Math.floor(place / strides[axis]!) % size);
    const isEdge = point.some((x, axis) =>
      [-1, 1].some((step) => {
        const isInside = x + step >= 0 && x + step < space[axis]!;
        return !isInside || labels[place + step * strides[axis]!] !== label;
      }),
    );
    if (isEdge) points.push(point);
  }
  return points;
}
