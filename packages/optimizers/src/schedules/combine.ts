// Schedules made of schedules.
import { ConfigError, type Tensor } from '@nablajs/tensor';
import { configOf, requireIncreasing, requireRate } from './arguments.ts';
import { rateAt } from './rate.ts';
import { type Rate, Schedule } from './schedule.ts';

/** Config of {@link SequentialSchedule}. */
export interface SequentialScheduleConfig {
  /** Rates or schedules, each of which counts updates from its own beginning. */
  readonly schedules: readonly Rate[];
  /** Numbers of updates at which the next one begins, increasing; one fewer than schedules. */
  readonly milestones: readonly number[];
}

/** One schedule after the other: PyTorch's `SequentialLR`. */
export class SequentialSchedule extends Schedule<SequentialScheduleConfig> {
  static override readonly type: string = 'SequentialSchedule';

  constructor(config: SequentialScheduleConfig);
  constructor(schedules: readonly Rate[], milestones: readonly number[]);
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['schedules', 'milestones'], {}, args));
    const { schedules, milestones } = this.config;
    requireSchedules(this.type, schedules);
    requireIncreasing(this.type, 'milestones', milestones);
    if (milestones.length === schedules.length - 1) return;
    throw new ConfigError(
      `${this.type}: ${schedules.length} schedules need ${schedules.length - 1} milestones between them, got ${milestones.length}.`,
    );
  }

  call(step: Tensor): Tensor {
    const { schedules, milestones } = this.config;
    const rates = schedules.map((schedule, i) => rateAt(schedule, step.sub(milestones[i - 1] ?? 0).maximum(0)));
    return milestones.reduceRight((later, milestone, i) => step.less(milestone).where(rates[i]!, later), rates.at(-1)!);
  }
}

/** Config of {@link ChainedSchedule}. */
export interface ChainedScheduleConfig {
  /** Rates or schedules: one with the rate, the others with factors on it. */
  readonly schedules: readonly Rate[];
}

/** The product of schedules, all counting the same updates: PyTorch's `ChainedScheduler`. */
export class ChainedSchedule extends Schedule<ChainedScheduleConfig> {
  static override readonly type: string = 'ChainedSchedule';

  constructor(config: ChainedScheduleConfig);
  constructor(schedules: readonly Rate[]);
  constructor(...args: readonly unknown[]) {
    super(configOf(new.target.type, ['schedules'], {}, args));
    requireSchedules(this.type, this.config.schedules);
  }

  call(step: Tensor): Tensor {
    return this.config.schedules.map((schedule) => rateAt(schedule, step)).reduce((all, rate) => all.mul(rate));
  }
}

function requireSchedules(type: string, schedules: readonly Rate[]): void {
  if (!Array.isArray(schedules) || schedules.length === 0) {
    throw new ConfigError(`${type}: it is made of schedules. Give a list of them.`);
  }
  for (const schedule of schedules) requireRate(type, 'each schedule', schedule);
}
