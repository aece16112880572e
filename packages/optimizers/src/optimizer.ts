// What all optimizers share, written once: state, learning rate, limits on gradients, weight decay. What is left to each
// is a rule for one parameter.
import {
  ConfigError,
  configFrom,
  formatSpec,
  ShapeError,
  sameShape,
  scalar,
  type Tensor,
  type Variable,
  variable,
  zeros,
} from '@nablajs/tensor';
import { type ClipConfig, checkClip, clipGradients } from './clip.ts';
import { requireNumber } from './config.ts';
import { Schedule, type ScheduleJSON } from './schedule.ts';

/** What every optimizer can be told, as plain data. */
export interface OptimizerConfig extends ClipConfig {
  readonly learningRate: number | ScheduleJSON;
  /** Before each update parameters shrink by this factor times the learning rate. Default `null`: they do not. */
  readonly weightDecay: number | null;
  /** Parameters whose names contain one of these keep their size, `['bias', 'gamma']`. Default none. */
  readonly excludeFromWeightDecay: readonly string[];
}

/** Options of an optimizer with the config `Own` beside the common one. */
export type OptimizerOptions<Own extends object = object> = Partial<Omit<OptimizerConfig, 'learningRate'> & Own> & {
  readonly learningRate?: number | Schedule;
};

/** An optimizer as plain data. */
export interface OptimizerJSON {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What an optimizer remembers of one parameter, by name. */
export type SlotTensors = { readonly [name: string]: Tensor | undefined };

/** What a rule is given for one parameter. */
export interface UpdateCall<Own extends object, Slots extends SlotTensors> {
  readonly parameter: Tensor;
  /** Gradient of the loss, limits applied; the parameter's shape. */
  readonly gradient: Tensor;
  readonly slots: Slots;
  /** The learning rate of this update, a scalar. */
  readonly rate: Tensor;
  /** The number of this update as a float scalar, 1 for the first. */
  readonly step: Tensor;
  readonly config: OptimizerConfig & Own;
}

/** What a rule gives back: the parameter's next value and those of its slots (the others keep theirs). */
export interface Update<Slots extends SlotTensors> {
  readonly parameter: Tensor;
  readonly slots: Partial<Slots>;
}

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

  /** Updates made so far, int32. */
  readonly iterations: Variable = variable(() => zeros([], 'int32'), { name: 'iterations', trainable: false });
  readonly #schedule: Schedule | null;
  readonly #rate: Variable;
  readonly #slots = new Map<Variable, Readonly<Record<string, Variable>>>();
  #config: OptimizerConfig & Own;

  /**
   * @param learningRate a number or a schedule, as in Keras; or all options in one object
   * @throws ConfigError for an unknown or impossible option
   */
  constructor(learningRate?: number | Schedule | OptimizerOptions<Own>, options: OptimizerOptions<Own> = {}) {
    const { type, defaults } = new.target;
    const given =
      typeof learningRate === 'number' || learningRate instanceof Schedule
        ? { ...options, learningRate }
        : { ...learningRate, ...options };
    const config = configFrom<object>(type, { ...COMMON, ...defaults }, given) as OptimizerConfig & Own;
    const chosen: unknown = config.learningRate;
    this.#schedule = chosen instanceof Schedule ? chosen : null;
    this.#config = { ...config, learningRate: this.#schedule ? this.#schedule.toJSON() : config.learningRate };
    if (!this.#schedule) requireNumber(type, 'learningRate', chosen as number);
    if (config.weightDecay !== null) requireNumber(type, 'weightDecay', config.weightDecay);
    checkClip(type, config);
    const first = this.#schedule ? 0 : (chosen as number);
    this.#rate = variable(() => scalar(first), { name: 'learningRate', trainable: false });
  }

  get type(): string {
    return (this.constructor as typeof Optimizer).type;
  }

  get config(): OptimizerConfig & Own {
    return this.#config;
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
    return [this.iterations, this.#rate, ...[...this.#slots.values()].flatMap((slots) => Object.values(slots))];
  }

  /** What to remember of a parameter, as it is before the first update. Default: nothing. */
  protected slots(_parameter: Tensor): Slots {
    return {} as Slots;
  }

  /** The rule for one parameter. */
  protected abstract update(call: UpdateCall<Own, Slots>): Update<Slots>;

  /** Makes the slots of trainable parameters that have none yet. */
  build(parameters: readonly Variable[]): void {
    for (const parameter of parameters) {
      if (!parameter.trainable || this.#slots.has(parameter)) continue;
      const names = Object.entries(this.slots(parameter.value)).flatMap(([name, slot]) => (slot ? [name] : []));
      // Made by a function, a variable is the same inside and outside of compiled functions.
      const slot = (name: string): Variable =>
        variable(() => this.slots(parameter.value)[name]!, { name: `${parameter.name}/${name}`, trainable: false });
      this.#slots.set(parameter, Object.fromEntries(names.map((name) => [name, slot(name)])));
    }
  }

  /**
   * One update. Inside a compiled function it becomes part of that function's graph; frozen parameters are skipped.
   * @throws ConfigError or ShapeError when gradients and parameters do not go together
   */
  apply(parameters: readonly Variable[], gradients: readonly Tensor[]): void {
    checkPairs(this.type, parameters, gradients);
    const trained = parameters.filter(({ trainable }) => trainable);
    const clipped = clipGradients(
      gradients.filter((_, i) => parameters[i]!.trainable),
      this.#config,
    );
    this.build(trained);
    const done = this.iterations.value;
    const step = done.add(1);
    const rate = this.#schedule ? this.#schedule.call(done.cast('float32')) : this.#rate.value;
    for (const [i, parameter] of trained.entries()) {
      this.#updateOne(parameter, clipped[i]!, rate.cast(parameter.dtype), step.cast(parameter.dtype));
    }
    if (this.#schedule) this.#rate.assign(rate);
    this.iterations.assign(step);
  }

  #updateOne(parameter: Variable, gradient: Tensor, rate: Tensor, step: Tensor): void {
    const variables = this.#slots.get(parameter)!;
    const slots = Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value])) as Slots;
    const next = this.update({
      parameter: this.#decayed(parameter, rate),
      gradient,
      slots,
      rate,
      step,
      config: this.#config,
    });
    parameter.assign(next.parameter);
    for (const [name, value] of Object.entries(next.slots)) if (value) variables[name]?.assign(value);
  }

  #decayed(parameter: Variable, rate: Tensor): Tensor {
    const { weightDecay, excludeFromWeightDecay } = this.#config;
    const keeps = excludeFromWeightDecay.some((part) => parameter.name.includes(part));
    if (!weightDecay || keeps) return parameter.value;
    return parameter.value.sub(parameter.value.mul(rate.mul(weightDecay)));
  }

  toJSON(): OptimizerJSON {
    return { type: this.type, config: { ...this.#config } as Record<string, unknown> };
  }
}

const COMMON: OptimizerConfig = {
  learningRate: 0.001,
  weightDecay: null,
  excludeFromWeightDecay: [],
  clipValue: null,
  clipNorm: null,
  globalClipNorm: null,
};

function checkPairs(type: string, parameters: readonly Variable[], gradients: readonly Tensor[]): void {
  if (parameters.length !== gradients.length) {
    throw new ConfigError(
      `${type}: got ${parameters.length} parameters and ${gradients.length} gradients. Pass one gradient per parameter, in the same order.`,
    );
  }
  const at = parameters.findIndex(({ shape }, i) => !sameShape(shape, gradients[i]!.shape));
  if (at < 0) return;
  throw new ShapeError(
    `${type}: parameter '${parameters[at]!.name}' is ${formatSpec(parameters[at]!.spec)}, its gradient ${formatSpec(gradients[at]!.spec)}. Pass gradients in the order of the parameters.`,
  );
}
