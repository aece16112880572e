// What all optimizers share, written once: state, learning rate, limits on gradients, weight decay, accumulation, averages.
// What is left to each is a rule for one parameter.
import {
  ConfigError,
  configFrom,
  postOrder,
  scalar,
  shapesOnly,
  type Tensor,
  type Variable,
  variable,
  zeros,
  zerosLike,
} from '@nablajs/tensor';
import { Schedule } from '../schedules/schedule.ts';
import { Averages } from './averages.ts';
import { changeIf } from './change-if.ts';
import { clipGradients } from './clip.ts';
import { Companions } from './companions.ts';
import { requireNumber } from './config.ts';
import {
  COMMON,
  checkCommon,
  type OptimizerConfig,
  type OptimizerJSON,
  type OptimizerOptions,
  type SlotTensors,
  type Update,
  type UpdateCall,
} from './options.ts';
import { checkPairs } from './pairs.ts';
import { isNamed, longestPartOf } from './parameter-names.ts';

/**
 * Moves parameters against their gradients.
 *
 * An optimizer of your own says what it remembers of a parameter and how that and the parameter change:
 * @example
 * class SignDescent extends Optimizer<{ readonly beta: number }, { readonly momentum: Tensor }> {
 *   static override readonly type: string = 'acme/SignDescent';
 *   static override readonly defaults: object = { learningRate: 1e-4, beta: 0.9 };
 *   protected override slots(parameter: Tensor) {
 *     return { momentum: zerosLike(parameter) };
 *   }
 *   protected update({ parameter, gradient, slots, rate, config: { beta } }: UpdateCall<{ beta: number }, { momentum: Tensor }>) {
 *     const momentum = slots.momentum.mul(beta).add(gradient.mul(1 - beta));
 *     return { parameter: parameter.sub(momentum.sign().mul(rate)), slots: { momentum } };
 *   }
 * }
 */
export abstract class Optimizer<Own extends object = object, Slots extends SlotTensors = SlotTensors> {
  /** The name in files; `package/Name` outside of Nabla. */
  static readonly type: string = 'Optimizer';
  /** Own options and the learning rate, and what they are when not given. */
  static readonly defaults: object = {};
  /** Own options that are numbers of at least 0, with what they stay below: `{ beta: 1, epsilon: Infinity }`. */
  static readonly limits: Readonly<Record<string, number>> = {};

  readonly #iterations: Variable = variable(() => zeros([], 'int32'), { name: 'iterations', trainable: false });
  readonly #schedule: Schedule | null;
  readonly #rate: Variable;
  readonly #slots = new Map<Variable, Readonly<Record<string, Variable>>>();
  /** Calls since the last update, where several make one. */
  readonly #collected: Variable | null;
  readonly #sums: Companions = new Companions('gradientAccumulator', zerosLike);
  readonly #averages: Averages = new Averages();
  #config: OptimizerConfig & Own;

  /**
   * @param learningRate a number or a schedule, as in Keras; or all options in one object
   * @throws ConfigError for an unknown or impossible option
   */
  constructor(learningRate?: number | Schedule | OptimizerOptions<Own>, options: OptimizerOptions<Own> = {}) {
    const { type, defaults, limits } = new.target;
    const given =
      typeof learningRate === 'number' || learningRate instanceof Schedule
        ? { ...options, learningRate }
        : { ...learningRate, ...options };
    const config = configFrom<object>(type, { ...COMMON, ...defaults }, given) as OptimizerConfig & Own;
    const chosen: unknown = config.learningRate;
    this.#schedule = chosen instanceof Schedule ? chosen : null;
    this.#config = { ...config, learningRate: this.#schedule ? this.#schedule.toJSON() : config.learningRate };
    if (!this.#schedule) requireNumber(type, 'learningRate', chosen as number);
    checkCommon(type, config);
    const own = config as Readonly<Record<string, unknown>>;
    for (const [option, limit] of Object.entries(limits)) requireNumber(type, option, own[option] as number, limit);
    const state = (name: string, start: () => Tensor): Variable => variable(start, { name, trainable: false });
    const first = this.#schedule ? 0 : (chosen as number);
    this.#rate = state('learningRate', () => scalar(first));
    this.#collected = config.gradientAccumulationSteps === null ? null : state('collected', () => zeros([], 'int32'));
  }

  get type(): string {
    return (this.constructor as typeof Optimizer).type;
  }

  get config(): OptimizerConfig & Own {
    return this.#config;
  }

  /** Updates made so far, an int32 scalar. */
  get iterations(): Variable {
    return this.#iterations;
  }

  /**
   * The learning rate, a float32 scalar: `await optimizer.learningRate.value.item()`. Under a schedule it holds the rate
   * of the last update. Set it to a number at any time, `optimizer.learningRate = 0.01`: nothing recompiles.
   */
  get learningRate(): Variable {
    return this.#rate;
  }

  set learningRate(rate: number) {
    requireNumber(this.type, 'learningRate', rate);
    if (this.#schedule) {
      throw new ConfigError(
        `${this.type}: the learning rate follows ${this.#schedule.type}, so it cannot be set. Make the optimizer with a number instead.`,
      );
    }
    this.#config = { ...this.#config, learningRate: rate };
    this.#rate.assign(rate);
  }

  /** All state: the count of updates, the learning rate, then the slots (`dense_1/kernel/momentum`). */
  get variables(): readonly Variable[] {
    const slots = [...this.#slots.values()].flatMap((of) => Object.values(of));
    return [...this.#common, ...slots, ...this.#sums.variables, ...this.#averages.variables];
  }

  get #common(): readonly Variable[] {
    return [this.#iterations, this.#rate, ...(this.#collected ? [this.#collected] : [])];
  }

  /** What to remember of a parameter, as it is before the first update. Default: nothing. */
  protected slots(_parameter: Tensor, _name: string): Slots {
    return {} as Slots;
  }

  /** The rule for one parameter. */
  protected abstract update(call: UpdateCall<Own, Slots>): Update<Slots>;

  /**
   * The rule for all parameters together, in their order. Default: `update` for each, one after the other, so that nothing of
   * one is kept while the next is computed.
   */
  protected *updates(calls: Iterable<UpdateCall<Own, Slots>>): Generator<Update<Slots>> {
    for (const call of calls) yield this.update(call);
  }

  /** The weight decay of a parameter that is not excluded from it. Default: the option `weightDecay`. */
  protected weightDecayOf(_parameter: Variable): number | null {
    return this.#config.weightDecay;
  }

  /** What is remembered of a parameter under a name, once it is built. */
  protected slotOf(parameter: Variable, name: string): Variable | undefined {
    return this.#slots.get(parameter)?.[name];
  }

  /** Makes the slots of trainable parameters that have none yet. */
  build(parameters: readonly Variable[]): void {
    for (const parameter of parameters) {
      if (!parameter.trainable) continue;
      if (this.#collected) this.#sums.build(parameter);
      if (this.#config.useEma) this.#averages.build(parameter);
      if (!this.#slots.has(parameter)) this.#slots.set(parameter, this.#slotsOf(parameter));
    }
  }

  #slotsOf(parameter: Variable): Readonly<Record<string, Variable>> {
    const { name } = parameter;
    const { names: used, readsValue } = this.#sketchOf(parameter);
    const start = (): Slots => this.slots(readsValue ? parameter.value : zeros(parameter.shape, parameter.dtype), name);
    // Made by a function, a variable is the same inside and outside of compiled functions.
    const state = (slot: string): Variable =>
      variable(() => start()[slot]!, { name: `${name}/${slot}`, trainable: false });
    return Object.fromEntries(used.map((slot) => [slot, state(slot)]));
  }

  /**
   * The names of a parameter's slots, and whether any starts from its value rather than its shape. Reading the value would
   * make the first step copy the parameter, for whoever read it keeps what it was.
   */
  #sketchOf(parameter: Variable): { readonly names: readonly string[]; readonly readsValue: boolean } {
    return shapesOnly(() => {
      const { value } = parameter;
      const slots = Object.entries(this.slots(value, parameter.name)).flatMap(([name, slot]): [string, Tensor][] =>
        slot ? [[name, slot]] : [],
      );
      const needed = postOrder(slots.map(([, { node }]) => node));
      return { names: slots.map(([name]) => name), readsValue: needed.includes(value.node) };
    });
  }

  /**
   * The loss as it should be differentiated: multiplied so that gradients of half floats do not vanish; `apply` divides
   * them. Without loss scaling it is the loss itself.
   */
  scaleLoss(loss: Tensor): Tensor {
    const { lossScaleFactor } = this.#config;
    return lossScaleFactor === null ? loss : loss.mul(lossScaleFactor);
  }

  /**
   * One update. Inside a compiled function it becomes part of that function's graph; frozen parameters are skipped.
   * @throws ConfigError or ShapeError when gradients and parameters do not go together
   */
  apply(parameters: readonly Variable[], gradients: readonly Tensor[]): void {
    checkPairs(this.type, parameters, gradients);
    const trained = parameters.filter(({ trainable }) => trainable);
    this.build(trained);
    const { lossScaleFactor, gradientAccumulationSteps } = this.#config;
    const used = gradients.filter((_, i) => parameters[i]!.trainable);
    const unscaled = lossScaleFactor === null ? used : used.map((gradient) => gradient.div(lossScaleFactor));
    if (this.#collected) this.#collect(trained, unscaled, this.#collected, gradientAccumulationSteps!);
    else this.#step(trained, unscaled);
  }

  /** Adds to the sums of gradients; the last of `steps` calls updates with their means and empties them. */
  #collect(trained: readonly Variable[], gradients: readonly Tensor[], collected: Variable, steps: number): void {
    const count = collected.value.add(1);
    const isFull = count.greaterEqual(steps);
    const sums = trained.map((parameter, i) => this.#sums.of(parameter)!.value.add(gradients[i]!));
    const means = sums.map((sum) => sum.div(steps));
    changeIf(isFull, [...trained, ...this.variables], () => this.#step(trained, means));
    for (const [i, parameter] of trained.entries()) this.#sums.of(parameter)!.assign(isFull.where(0, sums[i]!));
    collected.assign(isFull.where(0, count));
  }

  #step(trained: readonly Variable[], gradients: readonly Tensor[]): void {
    const done = this.#iterations.value;
    const step = done.add(1);
    const rate = this.#schedule ? this.#schedule.call(done.cast('float32')) : this.#rate.value;
    const chosen = clipGradients(gradients, this.#config).flatMap((gradient, i) => {
      const multiplier = this.#multiplierOf(trained[i]!);
      return multiplier === 0 ? [] : [{ parameter: trained[i]!, gradient, multiplier }];
    });
    let i = 0;
    for (const next of this.updates(this.#calls(chosen, rate, step))) {
      const { parameter } = chosen[i++]!;
      this.#assign(parameter, next);
      if (this.#config.useEma) this.#averages.move(parameter, done, this.#config);
    }
    if (this.#schedule) this.#rate.assign(rate);
    this.#iterations.assign(step);
  }

  #multiplierOf({ name }: Variable): number {
    const { learningRateMultipliers } = this.#config;
    const part = longestPartOf(name, Object.keys(learningRateMultipliers));
    return part === undefined ? 1 : learningRateMultipliers[part]!;
  }

  *#calls(chosen: readonly Chosen[], rate: Tensor, step: Tensor): Generator<UpdateCall<Own, Slots>> {
    for (const { parameter, gradient, multiplier } of chosen) {
      const own = (multiplier === 1 ? rate : rate.mul(multiplier)).cast(parameter.dtype);
      const slots = Object.entries(this.#slots.get(parameter)!).map(([name, { value }]) => [name, value]);
      yield {
        parameter: this.#decayed(parameter, own),
        name: parameter.name,
        gradient,
        slots: Object.fromEntries(slots) as Slots,
        rate: own,
        step: step.cast(parameter.dtype),
        config: this.#config,
      };
    }
  }

  #assign(parameter: Variable, next: Update<Slots>): void {
    const variables = this.#slots.get(parameter)!;
    parameter.assign(parameter.constraint ? parameter.constraint(next.parameter) : next.parameter);
    for (const [name, value] of Object.entries(next.slots)) if (value) variables[name]?.assign(value);
  }

  #decayed(parameter: Variable, rate: Tensor): Tensor {
    const decay = this.weightDecayOf(parameter);
    if (!decay || isNamed(parameter.name, this.#config.excludeFromWeightDecay)) return parameter.value;
    return parameter.value.sub(parameter.value.mul(rate.mul(decay)));
  }

  /** True where parameters have averages: with the option `useEma`, or by a rule that keeps some itself. */
  get keepsAverages(): boolean {
    return this.config.useEma;
  }

  /** The average of a parameter, where {@link keepsAverages} holds and the optimizer is built for it. */
  averageOf(parameter: Variable): Variable | undefined {
    return this.#averages.of(parameter);
  }

  /** Puts the averages of parameters in their place, as `fit` does last with `useEma`. */
  finalize(parameters: readonly Variable[]): void {
    for (const parameter of parameters) {
      const average = this.averageOf(parameter);
      if (average) parameter.assign(average.value);
    }
  }

  toJSON(): OptimizerJSON {
    return { type: this.type, config: { ...this.#config } as Record<string, unknown> };
  }
}

/** A parameter that is updated, and how fast. */
interface Chosen {
  readonly parameter: Variable;
  readonly gradient: Tensor;
  readonly multiplier: number;
}
