import { isRecord, type Tensor } from '@nablajs/tensor';

/** A schedule as plain data. */
export interface ScheduleJSON {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A learning rate that follows the number of updates: computed inside the training step, so it never recompiles.
 * @example
 * class Halving extends Schedule<{ readonly start: number; readonly every: number }> {
 *   static override readonly type: string = 'acme/Halving';
 *   call(step: Tensor): Tensor {
 *     return pow(0.5, step.div(this.config.every).floor()).mul(this.config.start);
 *   }
 * }
 * new SGD(new Halving({ start: 0.1, every: 1000 }));
 */
export abstract class Schedule<Config extends object = object> {
  /** The name in files; `package/Name` outside of Nabla. */
  static readonly type: string = 'Schedule';

  /** The options; schedules made of schedules hold them here, `toJSON` has them as plain data. */
  readonly config: Config;

  constructor(config: Config) {
    this.config = config;
  }

  get type(): string {
    return (this.constructor as typeof Schedule).type;
  }

  /** The rate of the next update. `step` is a float32 scalar: the updates made so far, 0 for the first one. */
  abstract call(step: Tensor): Tensor;

  toJSON(): ScheduleJSON {
    return { type: this.type, config: plain(this.config) as Record<string, unknown> };
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Schedule) return value.toJSON();
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

/** A rate: one for all updates, or a schedule. */
export type Rate = number | Schedule;
