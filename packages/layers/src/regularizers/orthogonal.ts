import { ConfigError, eye, formatShape, type Tensor } from '@nablajs/tensor';
import { choice, nonNegative, positional, readOptions } from '../base/options.ts';
import { Regularizer } from './regularizer.ts';

/** Configuration of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerConfig {
  /** Default 0.01. */
  readonly factor: number;
  /** Which vectors should be at right angles. Default `'rows'`. */
  readonly mode: 'rows' | 'columns';
}

/** Below this norm a vector is divided by it instead of by its own. */
const SMALLEST = 1e-12;

/** Pulls the rows or columns of a matrix to right angles: `factor` times the mean `|cos|` of the angles between all pairs. */
export class OrthogonalRegularizer extends Regularizer<OrthogonalRegularizerConfig> {
  static override readonly type: string = 'OrthogonalRegularizer';

  constructor(
    factor?: number | Partial<OrthogonalRegularizerConfig>,
    options: Partial<Omit<OrthogonalRegularizerConfig, 'factor'>> = {},
  ) {
    const fields = { factor: nonNegative(0.01), mode: choice<'rows' | 'columns'>(['rows', 'columns'], 'rows') };
    super(readOptions('OrthogonalRegularizer', fields, positional({ factor }, options)));
  }

  /** @throws ConfigError for anything but a matrix */
  override apply(weight: Tensor): Tensor {
    if (weight.rank !== 2) {
      throw new ConfigError(
        `OrthogonalRegularizer: takes matrices only, got ${formatShape(weight.shape)}. Use it on the kernel of a Dense layer.`,
      );
    }
    const { factor, mode } = this.config;
    const rows = mode === 'rows' ? weight : weight.transpose();
    const squares = rows.square().sum(1, { keepDims: true });
    const unit = rows.mul(squares.maximum(SMALLEST ** 2).rsqrt());
    const size = rows.shape[0]!;
    const apart = unit.matmul(unit.transpose()).mul(eye(size).neg().add(1));
    const pairs = (size * (size - 1)) / 2;
    return apart
      .abs()
      .sum()
      .mul(pairs === 0 ? 0 : (0.5 * factor) / pairs);
  }
}
