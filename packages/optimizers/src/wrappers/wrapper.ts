// Optimizers made of optimizers: they decide who updates what, and when.
import { ConfigError, type Tensor, type Variable } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { Update } from '../base/options.ts';

/** An optimizer that leaves the updates to others. */
export abstract class OptimizerWrapper<Own extends object = object> extends Optimizer<Own> {
  /** The optimizer whose learning rate and count of updates stand for the whole. */
  protected abstract get main(): Optimizer;

  override get iterations(): Variable {
    return this.main.iterations;
  }

  override get learningRate(): Variable {
    return this.main.learningRate;
  }

  override set learningRate(rate: number) {
    this.main.learningRate = rate;
  }

  abstract override apply(parameters: readonly Variable[], gradients: readonly Tensor[]): void;

  protected override update(): Update<never> {
    throw new ConfigError(
      `${this.type}: it has no rule of its own. Call apply, which asks the optimizers inside of it.`,
    );
  }
}
