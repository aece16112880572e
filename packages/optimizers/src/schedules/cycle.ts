// Rates that go up and down.
import { ConfigError, pow, type Tensor } from '@nablajs/tensor';
import { requireNumber, requirePositive, requireRange } from '../base/config.ts';
import { configOf } from './arguments.ts';
import { halfCosine } from './half-cosine.ts';
import { Schedule } from './schedule.ts';

/** What {@link OneCycle} can be told beside its main arguments. */
export interface OneCycleOptions {
  /** The share of updates in which the rate grows. Above 0 to below 1, default 0.3. */
  readonly pctStart?: number;
  /** How it moves: half a cosine, or a straight line. Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** The first rate is the highest divided by this. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first divided by this. Default 10000. */
  readonly finalDivFactor?: number;
  /** Go down as long as up, then on to the last rate; otherwise straight to the last rate. Default `false`. */
  readonly threePhase?: boolean;
}

/** Config of {@link OneCycle}. */
export interface OneCycleConfig extends Required<OneCycleOptions> {
  /** The highest rate. */
  readonly maxLearningRate: number;
  /** Updates of the whole training. */
  readonly totalSteps: number;
}

/**
 * Up once and down once over a whole training, ending far below where it began: PyTorch's `OneCycleLR`, without the
 * momentum. Smith and Topin, 2017, arXiv:1708.07120.
 */
export class OneCycle extends Schedule<OneCycleConfig> {
  static override readonly type: string = 'OneCycle';

  constructor(config: Pick<OneCycleConfig, 'maxLearningRate' | 'totalSteps'> & OneCycleOptions);
  constructor(maxLearningRate: number, totalSteps: number, options?: OneCycleOptions);
  constructor(...args: readonly unknown[]) {
    const options: Required<OneCycleOptions> = {
      pctStart: 0.3,
      annealStrategy: 'cos',
      divFactor: 25,
      finalDivFactor: 1e4,
      threePhase: false,
    };
    super(configOf(new.target.type, ['maxLearningRate', 'totalSteps'], options, args));
    const { maxLearningRate, totalSteps, pctStart, annealStrategy, divFactor, finalDivFactor, threePhase } =
      this.config;
    requireNumber(this.type, 'maxLearningRate', maxLearningRate);
    requirePositive(this.type, 'totalSteps', totalSteps);
    requirePositive(this.type, 'divFactor', divFactor);
    requirePositive(this.type, 'finalDivFactor', finalDivFactor);
    requireRange(this.type, 'pctStart', pctStart, 0, threePhase ? 0.5 : 1);
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new ConfigError(`${this.type}: annealStrategy must be 'cos' or 'linear', got '${String(annealStrategy)}'.`);
    }
    const turns = [...this.#turns.map(({ at }) => at)];
    if (turns.every((at, i) => i === 0 || at > turns[i - 1]!)) return;
    throw new ConfigError(
      `${this.type}: ${totalSteps} updates with pctStart ${pctStart} leave a phase without any. Give more totalSteps, or another pctStart.`,
    );
  }

  /** The updates at which it turns, and the rates there. As in PyTorch, update 0 is the first and `totalSteps - 1` the last. */
  get #turns(): readonly { readonly at: number; readonly rate: number }[] {
    const { maxLearningRate, totalSteps, pctStart, divFactor, finalDivFactor, threePhase } = this.config;
    const first = maxLearningRate / divFactor;
    const up = pctStart * totalSteps - 1;
    return [
      { at: 0, rate: first },
      { at: up, rate: maxLearningRate },
      ...(threePhase ? [{ at: 2 * up, rate: first }] : []),
      { at: totalSteps - 1, rate: first / finalDivFactor },
    ];
  }

  call(step: Tensor): Tensor {
    const turns = this.#turns;
    const phases = turns.slice(1).map(({ at, rate }, i) => {
      const from = turns[i]!;
      const done = step
        .sub(from.at)
        .div(at - from.at)
        .clip(0, 1);
      const left = this.config.annealStrategy === 'cos' ? halfCosine(done) : done.neg().add(1);
      return { until: at, rate: left.mul(from.rate - rate).add(rate) };
    });
    return phases.reduceRight(
      (later, { until, rate }) => step.lessEqual(until).where(rate, later),
      phases.at(-1)!.rate,
    );
  }
}

/** What {@link Cyclic} can be told beside its main arguments. */
export interface CyclicOptions {
  /** Updates from the lowest rate to the highest. Default 2000. */
  readonly stepSizeUp?: number;
  /** Updates from the highest rate to the lowest. Default `null`: as many as up. */
  readonly stepSizeDown?: number | null;
  /** All cycles alike; each half as high as the one before; or shrinking by `gamma` with every update. Default `triangular`. */
  readonly mode?: 'triangular' | 'triangular2' | 'expRange';
  /** For `expRange`. Default 1. */
  readonly gamma?: number;
}

/** Config of {@link Cyclic}. */
export interface CyclicConfig extends Required<CyclicOptions> {
  /** The lowest rate. */
  readonly baseLearningRate: number;
  /** The highest rate. */
  readonly maxLearningRate: number;
}

/** Up and down in straight lines for ever: PyTorch's `CyclicLR`, without the momentum. Smith, 2015, arXiv:1506.01186. */
export class Cyclic extends Schedule<CyclicConfig> {
  static override readonly type: string = 'Cyclic';

  constructor(config: Pick<CyclicConfig, 'baseLearningRate' | 'maxLearningRate'> & CyclicOptions);
  constructor(baseLearningRate: number, maxLearningRate: number, options?: CyclicOptions);
  constructor(...args: readonly unknown[]) {
    const options: Required<CyclicOptions> = { stepSizeUp: 2000, stepSizeDown: null, mode: 'triangular', gamma: 1 };
    super(configOf(new.target.type, ['baseLearningRate', 'maxLearningRate'], options, args));
    const { baseLearningRate, maxLearningRate, stepSizeUp, stepSizeDown, mode, gamma } = this.config;
    requireNumber(this.type, 'baseLearningRate', baseLearningRate);
    requireNumber(this.type, 'maxLearningRate', maxLearningRate);
    requirePositive(this.type, 'stepSizeUp', stepSizeUp);
    if (stepSizeDown !== null) requirePositive(this.type, 'stepSizeDown', stepSizeDown);
    requirePositive(this.type, 'gamma', gamma);
    if (['triangular', 'triangular2', 'expRange'].includes(mode)) return;
    throw new ConfigError(
      `${this.type}: mode must be 'triangular', 'triangular2' or 'expRange', got '${String(mode)}'.`,
    );
  }

  call(step: Tensor): Tensor {
    const { baseLearningRate, maxLearningRate, stepSizeUp, mode, gamma } = this.config;
    const stepSizeDown = this.config.stepSizeDown ?? stepSizeUp;
    const length = stepSizeUp + stepSizeDown;
    const cycle = step.div(length).floor();
    const place = step.sub(cycle.mul(length));
    const height = place.div(stepSizeUp).minimum(place.neg().add(length).div(stepSizeDown));
    const wave = height.mul(maxLearningRate - baseLearningRate);
    if (mode === 'triangular') return wave.add(baseLearningRate);
    const shrunk = mode === 'triangular2' ? pow(0.5, cycle) : pow(gamma, step);
    return wave.mul(shrunk).add(baseLearningRate);
  }
}
