import { ConfigError } from '@nablajs/tensor';

/** Throws unless an option is a finite number in a range, both ends included. */
export function requireRange(type: string, option: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  const range = high === Number.POSITIVE_INFINITY ? `at least ${low}` : `${low} to ${high}`;
  throw new ConfigError(`${type}: ${option} must be ${range}, got ${value}.`);
}

/** Throws unless an option is one of a few words. */
export function requireOneOf(type: string, option: string, value: string, words: readonly string[]): void {
  if (words.includes(value)) return;
  throw new ConfigError(`${type}: ${option} must be one of ${words.join(', ')}, got '${value}'.`);
}
