import {
  ConfigError,
  formatShape,
  fromData,
  randomNormal,
  randomStream,
  type Shape,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { fraction, nonNegative, positional, readOptions } from '../base/options.ts';
import { Initializer } from './initializer.ts';
import { seed, seeded } from './seeded.ts';

/** Configuration of {@link Sparse}. */
export interface SparseConfig {
  /** Share of the incoming weights of each unit that are 0, rounded up. */
  readonly sparsity: number;
  /** Standard deviation of the others. Default 0.01. */
  readonly stddev: number;
  /** Default `null`: the global stream. */
  readonly seed: number | null;
}

/** Normally distributed, with the same number of zeros at random places in each column. Martens, 2010. `new Sparse(0.9)` */
export class Sparse extends Initializer<SparseConfig> {
  static override readonly type: string = 'Sparse';

  constructor(
    sparsity?: number | (Partial<SparseConfig> & Pick<SparseConfig, 'sparsity'>),
    options: Partial<Omit<SparseConfig, 'sparsity'>> = {},
  ) {
    const fields = { sparsity: fraction(), stddev: nonNegative(0.01), seed };
    super(readOptions('Sparse', fields, positional({ sparsity }, options)));
  }

  /** @throws ConfigError for anything but a matrix */
  override apply(shape: Shape): Tensor {
    const { sparsity, stddev, seed } = this.config;
    if (shape.length !== 2) {
      throw new ConfigError(`initializer Sparse: makes matrices only, asked for ${formatShape(shape)}.`);
    }
    const [rows, columns] = shape as [number, number];
    return seeded(seed, () => {
      const kept = new Float32Array(sizeOf(shape)).fill(1);
      for (let column = 0; column < columns; column++) {
        const order = randomStream().permutation(rows);
        for (const row of order.subarray(0, Math.ceil(sparsity * rows))) kept[row * columns + column] = 0;
      }
      return randomNormal(shape, { stddev }).mul(fromData(kept, [rows, columns]));
    });
  }
}
