import { ConfigError, type Tensor, type Variable } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerConfig, OptimizerJSON } from '../base/options.ts';
import { checkPairs } from '../base/pairs.ts';
import { longestPartOf } from '../base/parameter-names.ts';
import { LossScaleOptimizer } from './loss-scale.ts';
import { OptimizerWrapper } from './wrapper.ts';

/** Which optimizer updates what. */
export interface MultiOptimizerOptions {
  /** For parameters that no other is for. */
  readonly defaultOptimizer: Optimizer;
  /** By a part of the parameters' names; of several parts that fit the longest counts. Default none. */
  readonly optimizers?: Readonly<Record<string, Optimizer>>;
}

/**
 * Several optimizers, each for the parameters whose names contain a part. Learning rate, iterations and config are those of
 * the default one; reach the others where you made them.
 * @example
 * new MultiOptimizer(new Adam(1e-3), { 'encoder/': new Adam(1e-5), embedding: new SGD(0.1) });
 */
export class MultiOptimizer extends OptimizerWrapper {
  static override readonly type: string = 'MultiOptimizer';

  readonly defaultOptimizer: Optimizer;
  /** The others, by the part of names they are for. */
  readonly optimizers: Readonly<Record<string, Optimizer>>;

  /** @throws ConfigError for an optimizer that cannot be inside of this one */
  constructor(
    defaultOptimizer: Optimizer | MultiOptimizerOptions,
    optimizers: Readonly<Record<string, Optimizer>> = {},
  ) {
    super();
    const given = defaultOptimizer instanceof Optimizer ? { defaultOptimizer, optimizers } : defaultOptimizer;
    this.defaultOptimizer = given.defaultOptimizer;
    this.optimizers = { ...given.optimizers };
    for (const inner of this.#all) checkInner(this.type, inner, this.defaultOptimizer);
    for (const [part, inner] of Object.entries(this.optimizers)) {
      // In a file the state of each needs a name of its own; slots have that of their parameter.
      for (const state of inner.variables) if (!state.name.includes('/')) state.name = `${part}/${state.name}`;
    }
  }

  get #all(): readonly Optimizer[] {
    return [...new Set([this.defaultOptimizer, ...Object.values(this.optimizers)])];
  }

  protected override get main(): Optimizer {
    return this.defaultOptimizer;
  }

  /** The options of the default optimizer; `useEma` when one of them averages. */
  override get config(): OptimizerConfig {
    return { ...this.defaultOptimizer.config, useEma: this.#all.some(({ config }) => config.useEma) };
  }

  override get variables(): readonly Variable[] {
    return this.#all.flatMap(({ variables }) => variables);
  }

  /** The optimizer that updates a parameter of this name. */
  optimizerFor(name: string): Optimizer {
    const part = longestPartOf(name, Object.keys(this.optimizers));
    return part === undefined ? this.defaultOptimizer : this.optimizers[part]!;
  }

  override build(parameters: readonly Variable[]): void {
    for (const inner of this.#all) inner.build(parameters.filter(({ name }) => this.optimizerFor(name) === inner));
  }

  override scaleLoss(loss: Tensor): Tensor {
    return this.defaultOptimizer.scaleLoss(loss);
  }

  override apply(parameters: readonly Variable[], gradients: readonly Tensor[]): void {
    checkPairs(this.type, parameters, gradients);
    for (const inner of this.#all) {
      const isMine = (_: unknown, i: number): boolean => this.optimizerFor(parameters[i]!.name) === inner;
      // One without parameters counts updates too.
      inner.apply(parameters.filter(isMine), gradients.filter(isMine));
    }
  }

  override get keepsAverages(): boolean {
    return this.#all.some(({ keepsAverages }) => keepsAverages);
  }

  override averageOf(parameter: Variable): Variable | undefined {
    return this.optimizerFor(parameter.name).averageOf(parameter);
  }

  override toJSON(): OptimizerJSON {
    const { defaultOptimizer, optimizers } = this;
    const json = Object.entries(optimizers).map(([part, inner]) => [part, inner.toJSON()]);
    return {
      type: this.type,
      config: { defaultOptimizer: defaultOptimizer.toJSON(), optimizers: Object.fromEntries(json) },
    };
  }
}

function checkInner(type: string, inner: Optimizer, main: Optimizer): void {
  if (!(inner instanceof Optimizer)) {
    throw new ConfigError(
      `${type}: it is made of optimizers. Write new MultiOptimizer(new Adam(), { 'encoder/': new SGD() }).`,
    );
  }
  if (inner instanceof LossScaleOptimizer || inner instanceof MultiOptimizer) {
    throw new ConfigError(`${type}: there cannot be a ${inner.type} inside. Put the MultiOptimizer into it instead.`);
  }
  if (inner.config.lossScaleFactor !== main.config.lossScaleFactor) {
    throw new ConfigError(
      `${type}: the loss is scaled once, by ${main.config.lossScaleFactor} for the default optimizer and ${inner.config.lossScaleFactor} for another. Give all of them the same lossScaleFactor.`,
    );
  }
}
