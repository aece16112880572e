import { ConfigError } from '@nablajs/tensor';

/** Throws unless an option is a number from 0 on, and below `limit` where there is one. */
export function requireNumber(
  type: string,
  option: string,
  value: number,
  limit: number = Number.POSITIVE_INFINITY,
): void {
  if (value >= 0 && value < limit) return;
  const range = limit === Number.POSITIVE_INFINITY ? 'a finite number of at least 0' : `at least 0 and below ${limit}`;
  throw new ConfigError(`${type}: ${option} must be ${range}, got ${String(value)}.`);
}

/** Throws unless an option is a number above 0. */
export function requirePositive(type: string, option: string, value: number): void {
  if (value > 0 && value < Number.POSITIVE_INFINITY) return;
  throw new ConfigError(`${type}: ${option} must be a finite number above 0, got ${String(value)}.`);
}

/** Throws unless an option is a number in a range, both ends included. */
export function requireRange(type: string, option: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new ConfigError(`${type}: ${option} must be ${low} to ${high}, got ${String(value)}.`);
}

/** Throws unless an option is a whole number of at least `least`. */
export function requireCount(type: string, option: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ConfigError(`${type}: ${option} must be a whole number of at least ${least}, got ${String(value)}.`);
}
