import { ConfigError } from '@nablajs/tensor';

/** Throws unless an option is what it must be. */
function require(type: string, option: string, value: number, isRight: boolean, must: string): void {
  if (!isRight) throw new ConfigError(`${type}: ${option} must be ${must}, got ${String(value)}.`);
}

/** Throws unless an option is a number from 0 on, and below `limit` where there is one. */
export function requireNumber(
  type: string,
  option: string,
  value: number,
  limit: number = Number.POSITIVE_INFINITY,
): void {
  const range = limit === Number.POSITIVE_INFINITY ? 'a finite number of at least 0' : `at least 0 and below ${limit}`;
  require(type, option, value, value >= 0 && value < limit, range);
}

/** Throws unless an option is a number above 0. */
export function requirePositive(type: string, option: string, value: number): void {
  require(type, option, value, value > 0 && value < Number.POSITIVE_INFINITY, 'a finite number above 0');
}

/** Throws unless an option is a number in a range, both ends included. */
export function requireRange(type: string, option: string, value: number, low: number, high: number): void {
  require(type, option, value, value >= low && value <= high, `${low} to ${high}`);
}

/** Throws unless an option is a whole number of at least `least`. */
export function requireCount(type: string, option: string, value: number, least: number): void {
  require(type, option, value, Number.isSafeInteger(value) && value >= least, `a whole number of at least ${least}`);
}
