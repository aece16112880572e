// Initializers that keep the variance of signals from layer to layer, by the number of inputs and outputs of a weight.
import { randomNormal, randomUniform, type Shape, sizeOf, type Tensor, truncatedNormal } from '@nablajs/tensor';
import { choice, positive, readOptions } from '../base/options.ts';
import { Initializer } from './initializer.ts';
import { seed, seeded } from './seeded.ts';

/** What a variance is divided by: inputs, outputs, or their average. */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAvg';

/** The family that {@link VarianceScaling} draws from. */
export type ScalingDistribution = 'truncatedNormal' | 'untruncatedNormal' | 'uniform';

interface Scaling {
  readonly scale: number;
  readonly mode: FanMode;
  readonly distribution: ScalingDistribution;
}

/** Configuration of {@link VarianceScaling}. */
export interface VarianceScalingConfig extends Scaling {
  /** Default `null`: the global stream. */
  readonly seed: number | null;
}

/** Configuration of the named scaling initializers. */
export interface SeedConfig {
  /** Default `null`: the global stream. */
  readonly seed: number | null;
}

/** The standard deviation of a standard normal distribution cut off at -2 and 2. */
const TRUNCATED = 0.87962566103423978;

function draw(shape: Shape, { scale, mode, distribution }: Scaling, seed: number | null): Tensor {
  const [inputs, outputs] = fansOf(shape);
  const fan = mode === 'fanIn' ? inputs : mode === 'fanOut' ? outputs : (inputs + outputs) / 2;
  const variance = scale / Math.max(1, fan);
  return seeded(seed, () => {
    if (distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return randomUniform(shape, { minval: -limit, maxval: limit });
    }
    const stddev = Math.sqrt(variance);
    return distribution === 'truncatedNormal'
      ? truncatedNormal(shape, { stddev: stddev / TRUNCATED })
      : randomNormal(shape, { stddev });
  });
}

/** Inputs and outputs of one unit: the last two axes, times the cells of the kernel that precede them. */
function fansOf(shape: Shape): [inputs: number, outputs: number] {
  if (shape.length < 2) return [sizeOf(shape), sizeOf(shape)];
  const cells = sizeOf(shape.slice(0, -2));
  return [cells * shape.at(-2)!, cells * shape.at(-1)!];
}

/** Variance `scale / fan`; by default truncated normal with scale 1 and the number of inputs. */
export class VarianceScaling extends Initializer<VarianceScalingConfig> {
  static override readonly type: string = 'VarianceScaling';

  constructor(config: Partial<VarianceScalingConfig> = {}) {
    const fields = {
      scale: positive(1),
      mode: choice<FanMode>(['fanIn', 'fanOut', 'fanAvg'], 'fanIn'),
      distribution: choice<ScalingDistribution>(['truncatedNormal', 'untruncatedNormal', 'uniform'], 'truncatedNormal'),
      seed,
    };
    super(readOptions('VarianceScaling', fields, config));
  }

  override apply(shape: Shape): Tensor {
    return draw(shape, this.config, this.config.seed);
  }
}

/** A scaling with a name: only the seed is left to choose. */
abstract class NamedScaling extends Initializer<SeedConfig> {
  protected abstract readonly scaling: Scaling;

  constructor(config: Partial<SeedConfig> = {}) {
    super(readOptions(new.target.type, { seed }, config));
  }

  override apply(shape: Shape): Tensor {
    return draw(shape, this.scaling, this.config.seed);
  }
}

/** Uniform within `±sqrt(6 / (inputs + outputs))`. Glorot and Bengio, 2010. */
export class GlorotUniform extends NamedScaling {
  static override readonly type: string = 'GlorotUniform';
  protected override readonly scaling: Scaling = { scale: 1, mode: 'fanAvg', distribution: 'uniform' };
}

/** Truncated normal with variance `2 / (inputs + outputs)`. Glorot and Bengio, 2010. */
export class GlorotNormal extends NamedScaling {
  static override readonly type: string = 'GlorotNormal';
  protected override readonly scaling: Scaling = { scale: 1, mode: 'fanAvg', distribution: 'truncatedNormal' };
}

/** Uniform within `±sqrt(6 / inputs)`. He et al., 2015, arXiv:1502.01852. */
export class HeUniform extends NamedScaling {
  static override readonly type: string = 'HeUniform';
  protected override readonly scaling: Scaling = { scale: 2, mode: 'fanIn', distribution: 'uniform' };
}

/** Truncated normal with variance `2 / inputs`. He et al., 2015, arXiv:1502.01852. */
export class HeNormal extends NamedScaling {
  static override readonly type: string = 'HeNormal';
  protected override readonly scaling: Scaling = { scale: 2, mode: 'fanIn', distribution: 'truncatedNormal' };
}

/** Uniform within `±sqrt(3 / inputs)`. LeCun et al., 1998. */
export class LecunUniform extends NamedScaling {
  static override readonly type: string = 'LecunUniform';
  protected override readonly scaling: Scaling = { scale: 1, mode: 'fanIn', distribution: 'uniform' };
}

/** Truncated normal with variance `1 / inputs`. LeCun et al., 1998. */
export class LecunNormal extends NamedScaling {
  static override readonly type: string = 'LecunNormal';
  protected override readonly scaling: Scaling = { scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' };
}
