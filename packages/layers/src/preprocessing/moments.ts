// Means and variances of more than fits into memory: batches are merged (Chan, Golub and LeVeque, 1979), in float64.
import { formatShape, type HostArray, type Shape, ShapeError, sizeOf } from '@nablajs/tensor';

/** Statistics of each place of some axes, over all others. */
export class Moments {
  readonly #kept: readonly number[];
  readonly #sizes: readonly number[];
  readonly #mean: Float64Array;
  /** Sums of squared distances from the mean. */
  readonly #squares: Float64Array;
  /** How many values each mean is of. */
  count: number = 0;

  constructor(shape: Shape, kept: readonly number[]) {
    this.#kept = kept;
    this.#sizes = kept.map((axis) => shape[axis]!);
    this.#mean = new Float64Array(sizeOf(this.#sizes));
    this.#squares = new Float64Array(this.#mean.length);
  }

  get mean(): Float64Array {
    return this.#mean;
  }

  get variance(): Float64Array {
    return this.#squares.map((sum) => (this.count === 0 ? 1 : sum / this.count));
  }

  /** Adds a batch, row-major. */
  add(data: HostArray, shape: Shape): void {
    if (this.#kept.some((axis, i) => shape[axis] !== this.#sizes[i])) {
      throw new ShapeError(
        `adapt: a batch is ${formatShape(shape)}, others have sizes ${this.#sizes.join(', ')} on axes ${this.#kept.join(', ')}.`,
      );
    }
    const places = this.#mean.length;
    const added = data.length / Math.max(1, places);
    if (added === 0) return;
    const [place, sums, squares] = [placesOf(shape, this.#kept), new Float64Array(places), new Float64Array(places)];
    for (let i = 0; i < data.length; i++) sums[place[i]!]! += Number(data[i]);
    const means = sums.map((sum) => sum / added);
    for (let i = 0; i < data.length; i++) squares[place[i]!]! += (Number(data[i]) - means[place[i]!]!) ** 2;
    const total = this.count + added;
    for (let p = 0; p < places; p++) {
      const apart = means[p]! - this.#mean[p]!;
      this.#squares[p]! += squares[p]! + (apart ** 2 * this.count * added) / total;
      this.#mean[p]! += (apart * added) / total;
    }
    this.count = total;
  }
}

/** For each element, which place of the kept axes it belongs to. */
function placesOf(shape: Shape, kept: readonly number[]): Int32Array {
  let [places, stride] = [new Int32Array(1), 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis]!;
    const step = kept.includes(axis) ? stride : 0;
    const wider = new Int32Array(size * places.length);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < places.length; j++) wider[i * places.length + j] = i * step + places[j]!;
    }
    places = wider;
    if (step > 0) stride *= size;
  }
  return places;
}
