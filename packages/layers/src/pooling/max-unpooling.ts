// The way back from a max pool: values go to where the maxima were.
import { gradients } from '@nablajs/autograd';
import { ConfigError, formatShape, maxPool, type PerAxis, ShapeError, sameShape, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { channelsOf, toLast } from '../spatial/layout.ts';
import { type PoolingConfig, type PoolingOptions, readPooling } from './pooling.ts';

type Main = PerAxis | PoolingOptions;

abstract class MaxUnpooling extends Layer<PoolingConfig, readonly Tensor[]> {
  protected override build(): void {}

  protected override call(inputs: readonly Tensor[]): Tensor {
    if (!Array.isArray(inputs) || inputs.length !== 2) {
      throw new ConfigError(
        `takes a list of 2 inputs: the values, and what the max pool was given. Write new ${this.type}().apply([y, x]).`,
      );
    }
    const { poolSize, strides, padding, dataFormat } = this.config;
    for (const { spec } of inputs) channelsOf(spec, poolSize.length, dataFormat);
    const [values, before] = inputs.map((x) => (dataFormat === 'channelsLast' ? x : toLast(x))) as [Tensor, Tensor];
    const pooled = maxPool(before, { window: poolSize, strides, padding });
    if (!sameShape(pooled.shape, values.shape)) {
      throw new ShapeError(
        `a max pool of ${formatShape(inputs[1]!.shape)} with the same options leaves other sizes than ${formatShape(inputs[0]!.shape)}. Give it values shaped like what the pool gave.`,
      );
    }
    // Where the maxima were is where gradients go.
    const [spread] = gradients(pooled.mul(values).sum(), [before]);
    return dataFormat === 'channelsLast'
      ? spread!
      : spread!.transpose([0, spread!.rank - 1, ...poolSize.map((_, i) => i + 1)]);
  }
}

/**
 * Undoes a `MaxPooling1D`: each value goes to the step where the maximum was, the others are 0.
 * `[batch, places, channels]` and what the pool was given, `[batch, steps, channels]`, which is the shape of the output.
 * @example new MaxUnpooling1D(2).apply([y, x]) // after y = new MaxPooling1D(2).apply(x)
 */
export class MaxUnpooling1D extends MaxUnpooling {
  static override readonly type: string = 'MaxUnpooling1D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('MaxUnpooling1D', 1, poolSize, options));
  }
}

/**
 * Undoes a `MaxPooling2D`: each value goes to the cell where the maximum was, the others are 0; where windows overlap, values
 * are added. Zeiler et al., 2011; its place is in decoders such as SegNet's, arXiv:1511.00561.
 * @example new MaxUnpooling2D(2).apply([y, x]) // after y = new MaxPooling2D(2).apply(x)
 */
export class MaxUnpooling2D extends MaxUnpooling {
  static override readonly type: string = 'MaxUnpooling2D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('MaxUnpooling2D', 2, poolSize, options));
  }
}

/**
 * Undoes a `MaxPooling3D`: each value goes to the cell where the maximum was, the others are 0.
 * @example new MaxUnpooling3D(2).apply([y, x]) // after y = new MaxPooling3D(2).apply(x)
 */
export class MaxUnpooling3D extends MaxUnpooling {
  static override readonly type: string = 'MaxUnpooling3D';

  constructor(poolSize?: Main, options: Omit<PoolingOptions, 'poolSize'> = {}) {
    super(readPooling('MaxUnpooling3D', 3, poolSize, options));
  }
}
