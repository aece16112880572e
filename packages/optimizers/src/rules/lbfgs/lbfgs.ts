import { ConfigError, type Tensor, type Variable, zeros, zerosLike } from '@nablajs/tensor';
import { requireCount } from '../../base/config.ts';
import { Optimizer } from '../../base/optimizer.ts';
import type { OptimizerOptions, Update, UpdateCall } from '../../base/options.ts';
import type { Schedule } from '../../schedules/schedule.ts';
import { directions, remembered, total } from './direction.ts';
import { type Evaluation, type MinimizeOptions, type MinimizeResult, minimize } from './minimize.ts';

/** Own config of {@link LBFGS}. */
export interface LBFGSConfig {
  /** How many of the last updates say how the loss curves. Default 10. */
  readonly historySize: number;
}

type LBFGSSlots = {
  readonly steps: Tensor;
  readonly changes: Tensor;
  readonly lastParameter: Tensor;
  readonly lastGradient: Tensor;
};

/**
 * Quasi-Newton descent: the last changes of parameters and gradients tell how the loss curves. For losses that are the same
 * whenever they are evaluated: small models, all samples in one batch, no dropout.
 *
 * {@link LBFGS.minimize} evaluates the loss several times per step, as often as its line search asks, like PyTorch's with
 * `line_search_fn: 'strong_wolfe'`. In `fit`, and wherever `apply` is called, there is one evaluation per update and no search:
 * `w += rate d`, where the first update is `min(1, 1 / sum |g|)` times as long; like PyTorch's with `max_iter: 1`. Give `fit` all
 * samples as one batch. Liu and Nocedal, 1989, doi:10.1007/BF01589116.
 * @example
 * await new LBFGS().minimize([w], () => {
 *   const loss = w.value.sub(3).square().sum();
 *   return { loss, gradients: gradients(loss, [w]) };
 * });
 */
export class LBFGS extends Optimizer<LBFGSConfig, LBFGSSlots> {
  static override readonly type: string = 'LBFGS';
  static override readonly defaults: object = { learningRate: 1, historySize: 10 };

  constructor(
    learningRate?: number | Schedule | OptimizerOptions<LBFGSConfig>,
    options?: OptimizerOptions<LBFGSConfig>,
  ) {
    super(learningRate, options);
    requireCount(this.type, 'historySize', this.config.historySize, 1);
  }

  protected override slots(parameter: Tensor): LBFGSSlots {
    const past = zeros([this.config.historySize, ...parameter.shape], parameter.dtype);
    return { steps: past, changes: past, lastParameter: parameter, lastGradient: zerosLike(parameter) };
  }

  protected override update(call: UpdateCall<LBFGSConfig, LBFGSSlots>): Update<LBFGSSlots> {
    return [...this.updates([call])][0]!;
  }

  protected override *updates(calls: Iterable<UpdateCall<LBFGSConfig, LBFGSSlots>>): Generator<Update<LBFGSSlots>> {
    const all = [...calls];
    if (all.length === 0) return;
    const histories = remembered(
      all.map(({ slots }) => slots),
      all.map(({ parameter, gradient, slots }) => ({
        step: parameter.sub(slots.lastParameter),
        change: gradient.sub(slots.lastGradient),
      })),
    );
    const gradients = all.map(({ gradient }) => gradient);
    const ways = directions(histories, gradients);
    const size = total(gradients.map((gradient) => gradient.abs()));
    const length = all[0]!.step.equal(1).where(size.reciprocal().minimum(1), 1);
    for (const [i, { parameter, gradient, rate }] of all.entries()) {
      yield {
        parameter: parameter.add(ways[i]!.mul(rate.mul(length))),
        slots: { ...histories[i]!, lastParameter: parameter, lastGradient: gradient },
      };
    }
  }

  /**
   * Goes to a minimum of a loss, on from where the parameters are, and leaves them there. Each step looks along its direction
   * until the loss has fallen enough and become flat enough (strong Wolfe conditions). Of the options only `historySize` counts
   * here, and neither state nor `iterations` change.
   * @param evaluate the loss where the parameters are, and its gradients; compiled, and run several times per step
   * @throws ConfigError without anything to train, or for a parameter with a constraint, across which no search can look
   */
  async minimize(
    parameters: readonly Variable[],
    evaluate: () => Evaluation,
    options: MinimizeOptions = {},
  ): Promise<MinimizeResult> {
    const trained = parameters.filter(({ trainable }) => trainable);
    const bound = trained.find(({ constraint }) => constraint !== null);
    if (trained.length === 0) throw new ConfigError(`${this.type}: minimize was given nothing that can be trained.`);
    if (bound) {
      throw new ConfigError(
        `${this.type}: minimize cannot search along a direction while '${bound.name}' has a constraint. Take it away, or call apply, which has no search.`,
      );
    }
    return minimize(parameters, evaluate, this.config.historySize, options);
  }
}
