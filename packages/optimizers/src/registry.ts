import { ConfigError, classNamed } from '@nablajs/tensor';
import { Adadelta } from './adadelta.ts';
import { Adagrad } from './adagrad.ts';
import { Adam, AdamW } from './adam.ts';
import type { OptimizerType } from './names.ts';
import { Optimizer, type OptimizerJSON } from './optimizer.ts';
import { RMSprop } from './rmsprop.ts';
import { Schedule, type ScheduleJSON } from './schedule.ts';
import { CosineDecay, ExponentialDecay, InverseTimeDecay, PiecewiseConstantDecay } from './schedules.ts';
import { SGD } from './sgd.ts';

/** A class of optimizers, as files and names find it. */
export interface OptimizerClass {
  readonly type: string;
  new (options?: never): Optimizer;
}

/** A class of schedules, as files find it. */
export interface ScheduleClass {
  readonly type: string;
  new (config: never): Schedule;
}

/** Optimizer and schedule classes by their type. */
export type OptimizerRegistry = Readonly<Record<string, OptimizerClass | ScheduleClass>>;

/** What a model takes for an optimizer. */
export type OptimizerInput = string | Optimizer | OptimizerJSON;

/** All optimizers of this package. */
export const builtinOptimizers: Readonly<Record<OptimizerType, OptimizerClass>> = {
  SGD,
  RMSprop,
  Adam,
  AdamW,
  Adagrad,
  Adadelta,
};

/** All schedules of this package. */
export const builtinSchedules: Readonly<Record<string, ScheduleClass>> = {
  ExponentialDecay,
  InverseTimeDecay,
  CosineDecay,
  PiecewiseConstantDecay,
};

/**
 * An optimizer from its name (`adam`, `rmsprop`, `sgd`; upper and lower case do not matter), from JSON, or the optimizer
 * itself. State is not part of JSON: it is in `variables`.
 * @param more classes beyond this package's own, schedules too, by type
 * @throws ConfigError when nobody knows the name, saying which package to install
 */
export function optimizerFrom(input: OptimizerInput, more: OptimizerRegistry = {}): Optimizer {
  if (input instanceof Optimizer) return input;
  const { type, config } = typeof input === 'string' ? { type: input, config: {} } : input;
  const Class = find('optimizer', type, { ...builtinOptimizers, ...more });
  const { learningRate } = config;
  const options = isScheduleJson(learningRate) ? { ...config, learningRate: scheduleFrom(learningRate, more) } : config;
  return made('optimizer', type, new Class(options), Optimizer);
}

/** A schedule from JSON, or the schedule itself; otherwise as {@link optimizerFrom}. */
export function scheduleFrom(input: Schedule | ScheduleJSON, more: OptimizerRegistry = {}): Schedule {
  if (input instanceof Schedule) return input;
  const Class = find('schedule', input.type, { ...builtinSchedules, ...more });
  return made('schedule', input.type, new Class(input.config), Schedule);
}

function isScheduleJson(value: unknown): value is ScheduleJSON {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function find(kind: string, name: string, registry: OptimizerRegistry): new (config: object) => unknown {
  return classNamed(kind, name, registry) as unknown as new (
    config: object,
  ) => unknown;
}

function made<T>(kind: string, name: string, value: unknown, Class: abstract new (...args: never[]) => T): T {
  if (value instanceof Class) return value;
  throw new ConfigError(`'${name}' is no ${kind}. A schedule goes where a learning rate does, inside of an optimizer.`);
}
