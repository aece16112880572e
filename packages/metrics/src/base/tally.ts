// Sums over a whole data set, as exact on every backend as one pass over all of it would be.
import { fromData, hostArray, type Shape, type Tensor, type Variable, variable, zeros } from '@nablajs/tensor';

/** Counts above this are carried over. Small enough for backends that keep int32 in float32, which is exact to 2^24. */
const LIMB = 2 ** 22;

/**
 * A running sum of tensors of one shape. Counts (int32) are kept in two int32 digits of 22 bits: exact to 2^53, where one
 * int32 would overflow after 2^31 pixels and one float32 stop counting at 2^24. Floats carry along what rounding lost.
 * Kahan, 1965, doi:10.1145/363707.363723.
 */
export class Tally {
  readonly shape: Shape;
  readonly #low: Variable;
  readonly #high: Variable;
  readonly #sum: Variable;
  readonly #lost: Variable;

  constructor(name: string, shape: Shape) {
    const state = (part: string, dtype: 'int32' | 'float32'): Variable =>
      variable(() => zeros(shape, dtype), { name: `${name}/${part}`, trainable: false });
    this.shape = shape;
    this.#low = state('count', 'int32');
    this.#high = state('carried', 'int32');
    this.#sum = state('sum', 'float32');
    this.#lost = state('lost', 'float32');
  }

  get variables(): readonly Variable[] {
    return [this.#low, this.#high, this.#sum, this.#lost];
  }

  /** Adds a tensor of the tally's shape, int32 or float32. */
  add(amount: Tensor): void {
    if (amount.dtype === 'int32') {
      const low = this.#low.value.add(amount);
      const carry = low.floorDiv(LIMB);
      this.#low.assign(low.sub(carry.mul(LIMB)));
      this.#high.assign(this.#high.value.add(carry));
      return;
    }
    const sum = this.#sum.value;
    const wanted = amount.cast('float32').sub(this.#lost.value);
    const next = sum.add(wanted);
    this.#lost.assign(next.sub(sum).sub(wanted));
    this.#sum.assign(next);
  }

  /** The sum so far, float32. */
  get value(): Tensor {
    const count = this.#high.value.cast('float32').mul(LIMB).add(this.#low.value.cast('float32'));
    return count.add(this.#sum.value);
  }

  reset(): void {
    for (const state of this.variables)
      state.assign(fromData(hostArray(state.dtype, state.size), this.shape, state.dtype));
  }
}
