import {
  ConfigError,
  configFrom,
  type DType,
  full,
  scalar,
  type Tensor,
  type Variable,
  variable,
  zeros,
} from '@nablajs/tensor';
import { changeIf } from '../base/change-if.ts';
import { requireCount, requirePositive } from '../base/config.ts';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerConfig, OptimizerJSON } from '../base/options.ts';
import { OptimizerWrapper } from './wrapper.ts';

/** Own config of {@link LossScaleOptimizer}. */
export interface LossScaleConfig {
  /** The first factor on the loss. Too high is fine: it falls faster than it rises. Default 32768. */
  readonly initialScale: number;
  /** After so many updates in a row the factor doubles. Default 2000. */
  readonly dynamicGrowthSteps: number;
}

const DEFAULTS: LossScaleConfig = { initialScale: 2 ** 15, dynamicGrowthSteps: 2000 };

/** The scale stays where float32 has its full precision, so that it can always move again. */
const [LOWEST, HIGHEST] = [2 ** -126, 2 ** 126];

/**
 * Keeps gradients of half floats from vanishing: `scaleLoss` multiplies the loss by a factor, `apply` divides the gradients
 * by it again. When one of them is infinite or NaN the factor is halved and nothing else happens; after
 * `dynamicGrowthSteps` good steps in a row it is doubled. Micikevicius et al., 2017, arXiv:1710.03740.
 *
 * All of it is part of the step's graph: nothing is read, nothing recompiles.
 * @example
 * const optimizer = new LossScaleOptimizer(new Adam());
 * const step = compile((x, y) => {
 *   const loss = model(x, y);
 *   optimizer.apply(weights, gradients(optimizer.scaleLoss(loss), weights));
 *   return loss;
 * });
 */
export class LossScaleOptimizer extends OptimizerWrapper<LossScaleConfig> {
  static override readonly type: string = 'LossScaleOptimizer';

  /** The optimizer that updates the parameters. */
  readonly innerOptimizer: Optimizer;
  /** The factor on the loss, a float32 scalar. */
  readonly dynamicScale: Variable;
  /** Updates since the factor last changed, an int32 scalar. */
  readonly stepCounter: Variable;
  readonly #own: LossScaleConfig;

  /**
   * @param innerOptimizer the optimizer to wrap, which keeps all other options; or everything in one object
   * @throws ConfigError for an unknown or impossible option, and for an optimizer that scales losses itself
   */
  constructor(
    innerOptimizer: Optimizer | ({ readonly innerOptimizer: Optimizer } & Partial<LossScaleConfig>),
    options: Partial<LossScaleConfig> = {},
  ) {
    super();
    const { innerOptimizer: inner, ...rest } =
      innerOptimizer instanceof Optimizer ? { innerOptimizer, ...options } : { ...innerOptimizer, ...options };
    if (!(inner instanceof Optimizer)) {
      throw new ConfigError(`${this.type}: it needs an optimizer to wrap. Write new LossScaleOptimizer(new Adam()).`);
    }
    if (inner instanceof LossScaleOptimizer || inner.config.lossScaleFactor !== null) {
      throw new ConfigError(`${this.type}: the ${inner.type} inside scales losses too. Leave that to one of them.`);
    }
    this.#own = configFrom(this.type, DEFAULTS, rest);
    requirePositive(this.type, 'initialScale', this.#own.initialScale);
    requireCount(this.type, 'dynamicGrowthSteps', this.#own.dynamicGrowthSteps, 1);
    this.innerOptimizer = inner;
    const { initialScale } = this.#own;
    this.dynamicScale = variable(() => scalar(initialScale), { name: 'dynamicScale', trainable: false });
    this.stepCounter = variable(() => zeros([], 'int32'), { name: 'stepCounter', trainable: false });
  }

  protected override get main(): Optimizer {
    return this.innerOptimizer;
  }

  /** The options of the optimizer inside, and its own. */
  override get config(): OptimizerConfig & LossScaleConfig {
    return { ...this.innerOptimizer.config, ...this.#own };
  }

  override get variables(): readonly Variable[] {
    return [this.stepCounter, this.dynamicScale, ...this.innerOptimizer.variables];
  }

  override build(parameters: readonly Variable[]): void {
    this.innerOptimizer.build(parameters);
  }

  override scaleLoss(loss: Tensor): Tensor {
    return loss.cast('float32').mul(this.dynamicScale.value);
  }

  override apply(parameters: readonly Variable[], gradients: readonly Tensor[]): void {
    const inner = this.innerOptimizer;
    inner.build(parameters);
    const [scale, counter] = [this.dynamicScale.value, this.stepCounter.value];
    const isFine = allFinite(gradients);
    const unscaled = gradients.map((gradient) => gradient.div(scale.cast(gradient.dtype)));
    changeIf(isFine, [...parameters, ...inner.variables], () => inner.apply(parameters, unscaled));
    const grows = isFine.logicalAnd(counter.greaterEqual(this.#own.dynamicGrowthSteps - 1));
    const factor = isFine.where(grows.where(2, 1), 0.5);
    this.dynamicScale.assign(scale.mul(factor).clip(LOWEST, HIGHEST));
    this.stepCounter.assign(isFine.logicalAnd(grows.logicalNot()).where(counter.add(1), 0));
  }

  override get keepsAverages(): boolean {
    return this.innerOptimizer.keepsAverages;
  }

  override averageOf(parameter: Variable): Variable | undefined {
    return this.innerOptimizer.averageOf(parameter);
  }

  override toJSON(): OptimizerJSON {
    return { type: this.type, config: { innerOptimizer: this.innerOptimizer.toJSON(), ...this.#own } };
  }
}

/** The largest number of each float type: what is not above it is neither infinite nor NaN. */
const LARGEST: Readonly<Partial<Record<DType, number>>> = {
  float16: 65504,
  float32: 3.4028234663852886e38,
  float64: Number.MAX_VALUE,
};

function allFinite(tensors: readonly Tensor[]): Tensor {
  const fine = tensors.map((each) => each.abs().lessEqual(LARGEST[each.dtype]!).all());
  return fine.reduce((all, each) => all.logicalAnd(each), full([], 1, 'bool'));
}
