// What every optimizer can be told, and what it is told about one parameter.
import { ConfigError, type Tensor } from '@nablajs/tensor';
import type { Schedule, ScheduleJSON } from '../schedules/schedule.ts';
import { type ClipConfig, checkClip } from './clip.ts';
import { requireCount, requireNumber, requirePositive, requireRange } from './config.ts';

/** What every optimizer can be told, as plain data. */
export interface OptimizerConfig extends ClipConfig {
  /** How far each update goes, or the schedule that says so. Default 0.001, unless the optimizer's own is another. */
  readonly learningRate: number | ScheduleJSON;
  /** Before each update parameters shrink by this factor times the learning rate. Default `null`: they do not. */
  readonly weightDecay: number | null;
  /** Parameters whose names contain one of these keep their size, `['bias', 'gamma']`. Default none. */
  readonly excludeFromWeightDecay: readonly string[];
  /**
   * Factors on the learning rate of parameters whose names contain the key, `{ 'encoder/': 0.1 }`; of several keys that fit
   * the longest counts. Default none.
   */
  readonly learningRateMultipliers: Readonly<Record<string, number>>;
  /** Keep a moving average of the parameters; `finalize` puts it in their place. Default `false`. */
  readonly useEma: boolean;
  /** How slowly that average moves. 0 to 1, default 0.99. */
  readonly emaMomentum: number;
  /** Put the average in the parameters' place after every so many updates. Default `null`: only `finalize` does. */
  readonly emaOverwriteFrequency: number | null;
  /** Update with the mean gradient of so many calls, as if their batches were one. At least 2. Default `null`: each call updates. */
  readonly gradientAccumulationSteps: number | null;
  /** `scaleLoss` multiplies the loss by it and `apply` divides the gradients. Default `null`: neither. */
  readonly lossScaleFactor: number | null;
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
  /** The parameter's name, `dense_1/kernel`. */
  readonly name: string;
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

/** The common options when they are not given. */
export const COMMON: OptimizerConfig = {
  learningRate: 0.001,
  weightDecay: null,
  excludeFromWeightDecay: [],
  learningRateMultipliers: {},
  clipValue: null,
  clipNorm: null,
  globalClipNorm: null,
  useEma: false,
  emaMomentum: 0.99,
  emaOverwriteFrequency: null,
  gradientAccumulationSteps: null,
  lossScaleFactor: null,
};

/** Throws ConfigError for common options that cannot be. */
export function checkCommon(type: string, config: Omit<OptimizerConfig, 'learningRate'>): void {
  checkClip(type, config);
  if (config.weightDecay !== null) requireNumber(type, 'weightDecay', config.weightDecay);
  for (const [part, factor] of Object.entries(config.learningRateMultipliers)) {
    requireNumber(type, `learningRateMultipliers['${part}']`, factor);
  }
  requireRange(type, 'emaMomentum', config.emaMomentum, 0, 1);
  if (config.emaOverwriteFrequency !== null) {
    requireCount(type, 'emaOverwriteFrequency', config.emaOverwriteFrequency, 1);
    if (!config.useEma) {
      throw new ConfigError(`${type}: emaOverwriteFrequency needs an average to overwrite with. Add useEma: true.`);
    }
  }
  if (config.gradientAccumulationSteps !== null) {
    requireCount(type, 'gradientAccumulationSteps', config.gradientAccumulationSteps, 2);
  }
  if (config.lossScaleFactor !== null) requirePositive(type, 'lossScaleFactor', config.lossScaleFactor);
}
