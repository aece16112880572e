import { ConfigError, type Tensor, zerosLike } from '@nablajs/tensor';
import { requirePositive } from '../base/config.ts';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerOptions, Update, UpdateCall } from '../base/options.ts';
import type { Schedule } from '../schedules/schedule.ts';

/** Own config of {@link Rprop}. */
export interface RpropConfig {
  /** What a step is multiplied by when its gradient turns. Above 0 to below 1, default 0.5. */
  readonly etaMinus: number;
  /** What a step is multiplied by when its gradient keeps its sign. Above 1, default 1.2. */
  readonly etaPlus: number;
  /** Default 1e-6. */
  readonly smallestStep: number;
  /** Default 50. */
  readonly largestStep: number;
}

type RpropSlots = { readonly stepSize: Tensor; readonly previous: Tensor };

/**
 * Every element has a step of its own, which grows while the sign of its gradient stays and shrinks when it turns (that
 * step is left out): `w -= stepSize sign(g)`. The learning rate is the first step. For whole data sets as one batch; noise
 * turns signs. Riedmiller and Braun, 1993, doi:10.1109/ICNN.1993.298623; as in PyTorch.
 */
export class Rprop extends Optimizer<RpropConfig, RpropSlots> {
  static override readonly type: string = 'Rprop';
  static override readonly defaults: object = {
    learningRate: 0.01,
    etaMinus: 0.5,
    etaPlus: 1.2,
    smallestStep: 1e-6,
    largestStep: 50,
  };

  constructor(
    learningRate?: number | Schedule | OptimizerOptions<RpropConfig>,
    options?: OptimizerOptions<RpropConfig>,
  ) {
    super(learningRate, options);
    const { etaMinus, etaPlus, smallestStep, largestStep } = this.config;
    for (const [name, value] of Object.entries({ etaMinus, etaPlus, smallestStep, largestStep })) {
      requirePositive(this.type, name, value);
    }
    if (etaMinus >= 1 || etaPlus <= 1) {
      throw new ConfigError(
        `${this.type}: etaMinus must be below 1 and etaPlus above, got ${etaMinus} and ${etaPlus}.`,
      );
    }
    if (smallestStep > largestStep) {
      throw new ConfigError(
        `${this.type}: smallestStep ${smallestStep} is above largestStep ${largestStep}. Swap them.`,
      );
    }
  }

  protected override slots(parameter: Tensor): RpropSlots {
    return { stepSize: zerosLike(parameter), previous: zerosLike(parameter) };
  }

  protected update({
    parameter,
    gradient,
    slots,
    rate,
    config,
  }: UpdateCall<RpropConfig, RpropSlots>): Update<RpropSlots> {
    const turn = gradient.mul(slots.previous.sign());
    const turned = turn.less(0);
    const factor = turned.where(config.etaMinus, turn.greater(0).where(config.etaPlus, 1).cast(parameter.dtype));
    const last = slots.stepSize.equal(0).where(rate, slots.stepSize);
    const stepSize = last.mul(factor).clip(config.smallestStep, config.largestStep);
    const previous = turned.where(0, gradient);
    return { parameter: parameter.sub(stepSize.mul(previous.sign())), slots: { stepSize, previous } };
  }
}
