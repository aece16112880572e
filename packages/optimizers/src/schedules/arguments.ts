// Schedules take Keras' positional arguments, or their whole config as the only one.
import { ConfigError, configFrom, isRecord } from '@nablajs/tensor';
import { requireNumber } from '../base/config.ts';
import { type Rate, Schedule } from './schedule.ts';

/**
 * `(0.1, 1000, { alpha: 0.1 })` as `{ initialLearningRate: 0.1, decaySteps: 1000, alpha: 0.1 }`.
 * @param main names of the positional arguments
 * @param options those that may be left out, with their defaults
 */
export function configOf<Config extends object>(
  type: string,
  main: readonly string[],
  options: object,
  args: readonly unknown[],
): Config {
  const known = { ...Object.fromEntries(main.map((name) => [name, undefined])), ...options };
  const [first] = args;
  const given =
    isRecord(first) && !(first instanceof Schedule)
      ? first
      : { ...Object.fromEntries(main.map((name, i) => [name, args[i]])), ...(args[main.length] as object | undefined) };
  return configFrom<object>(type, known, given) as Config;
}

/** Throws unless an option is a rate: a number of at least 0, or a schedule. */
export function requireRate(type: string, option: string, rate: Rate): void {
  if (rate instanceof Schedule) return;
  if (typeof rate !== 'number') {
    throw new ConfigError(`${type}: ${option} must be a rate or a schedule, got ${String(rate)}.`);
  }
  requireNumber(type, option, rate);
}

/** Throws unless numbers of updates increase. */
export function requireIncreasing(type: string, option: string, steps: readonly number[]): void {
  if (!Array.isArray(steps) || steps.some((step) => !Number.isFinite(step))) {
    throw new ConfigError(`${type}: ${option} must be a list of numbers of updates, got ${String(steps)}.`);
  }
  if (steps.every((step, i) => i === 0 || step > steps[i - 1]!)) return;
  throw new ConfigError(`${type}: ${option} must increase, got ${steps.join(', ')}. Sort them.`);
}
