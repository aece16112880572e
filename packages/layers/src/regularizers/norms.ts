// Regularizers that keep weights small.
import type { Tensor } from '@nablajs/tensor';
import { nonNegative, positional, readOptions } from '../base/options.ts';
import { Regularizer } from './regularizer.ts';

/** `l1 * sum |w|`, which makes weights sparse. `new L1(0.01)`, the default. */
export class L1 extends Regularizer<{ readonly l1: number }> {
  static override readonly type: string = 'L1';

  constructor(l1?: number | { readonly l1?: number }) {
    super(readOptions('L1', { l1: nonNegative(0.01) }, positional({ l1 }, {})));
  }

  override apply(weight: Tensor): Tensor {
    return weight.abs().sum().mul(this.config.l1);
  }
}

/** `l2 * sum w^2`, also called weight decay. `new L2(0.01)`, the default. For the norm without the square see {@link L2Norm}. */
export class L2 extends Regularizer<{ readonly l2: number }> {
  static override readonly type: string = 'L2';

  constructor(l2?: number | { readonly l2?: number }) {
    super(readOptions('L2', { l2: nonNegative(0.01) }, positional({ l2 }, {})));
  }

  override apply(weight: Tensor): Tensor {
    return weight.square().sum().mul(this.config.l2);
  }
}

/** Configuration of {@link L1L2}. */
export interface L1L2Config {
  /** Default 0. */
  readonly l1: number;
  /** Default 0. */
  readonly l2: number;
}

/** `l1 * sum |w| + l2 * sum w^2`. */
export class L1L2 extends Regularizer<L1L2Config> {
  static override readonly type: string = 'L1L2';

  constructor(config: Partial<L1L2Config> = {}) {
    super(readOptions('L1L2', { l1: nonNegative(0), l2: nonNegative(0) }, config));
  }

  override apply(weight: Tensor): Tensor {
    return weight.abs().sum().mul(this.config.l1).add(weight.square().sum().mul(this.config.l2));
  }
}

/** `factor * sqrt(sum w^2)`: the Euclidean norm, not its square. Its gradient has the same length for any weight. */
export class L2Norm extends Regularizer<{ readonly factor: number }> {
  static override readonly type: string = 'L2Norm';

  constructor(factor?: number | { readonly factor?: number }) {
    super(readOptions('L2Norm', { factor: nonNegative(0.01) }, positional({ factor }, {})));
  }

  override apply(weight: Tensor): Tensor {
    const squares = weight.square().sum();
    const some = squares.greater(0);
    // The slope of the root is infinite at 0; there the gradient is 0.
    return some.where(some.where(squares, 1).sqrt(), 0).mul(this.config.factor);
  }
}
