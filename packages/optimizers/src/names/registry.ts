import { ConfigError, classNamed, isRecord } from '@nablajs/tensor';
import { Optimizer } from '../base/optimizer.ts';
import type { OptimizerJSON } from '../base/options.ts';
import {
  ChainedSchedule,
  CosineDecay,
  CosineDecayRestarts,
  Cyclic,
  ExponentialDecay,
  InverseTimeDecay,
  LinearWarmup,
  MultiStepDecay,
  Noam,
  OneCycle,
  PiecewiseConstantDecay,
  PolynomialDecay,
  SequentialSchedule,
  StepDecay,
} from '../schedules/index.ts';
import { Schedule, type ScheduleJSON } from '../schedules/schedule.ts';
import { builtinOptimizers, type OptimizerClass } from './named.ts';

/** A class of schedules, as files find it. */
export interface ScheduleClass {
  readonly type: string;
  new (config: never): Schedule;
}

/** Optimizer and schedule classes by their type. */
export type OptimizerRegistry = Readonly<Record<string, OptimizerClass | ScheduleClass>>;

/** What a model takes for an optimizer. */
export type OptimizerInput = string | Optimizer | OptimizerJSON;

/** All schedules of this package. */
export const builtinSchedules: Readonly<Record<string, ScheduleClass>> = {
  ExponentialDecay,
  InverseTimeDecay,
  PolynomialDecay,
  CosineDecay,
  CosineDecayRestarts,
  PiecewiseConstantDecay,
  StepDecay,
  MultiStepDecay,
  LinearWarmup,
  Noam,
  OneCycle,
  Cyclic,
  SequentialSchedule,
  ChainedSchedule,
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
  const nested: Nested = (key, json) => (key === 'learningRate' ? scheduleFrom(json, more) : optimizerFrom(json, more));
  return made('optimizer', type, new Class(revived(config, nested)), Optimizer);
}

/** A schedule from JSON, or the schedule itself; otherwise as {@link optimizerFrom}. */
export function scheduleFrom(input: Schedule | ScheduleJSON, more: OptimizerRegistry = {}): Schedule {
  if (input instanceof Schedule) return input;
  const Class = find('schedule', input.type, { ...builtinSchedules, ...more });
  const nested: Nested = (_, json) => scheduleFrom(json, more);
  return made('schedule', input.type, new Class(revived(input.config, nested)), Schedule);
}

type Nested = (key: string, json: OptimizerJSON) => unknown;

/** A config in which what is JSON of a schedule or optimizer, at any depth, is the schedule or optimizer itself. */
function revived(config: object, nested: Nested): object {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, revivedValue(key, value, nested)]));
}

function revivedValue(key: string, value: unknown, nested: Nested): unknown {
  if (Array.isArray(value)) return value.map((each) => revivedValue(key, each, nested));
  if (!isRecord(value)) return value;
  if ('type' in value && 'config' in value) return nested(key, value as unknown as OptimizerJSON);
  return revived(value, nested);
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
