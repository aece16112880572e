import { ConfigError } from '@nablajs/tensor';

/** Throws unless an option is a whole number of at least 1. */
export function requireCount(type: string, option: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ConfigError(`${type}: ${option} must be a whole number of at least 1, got ${String(value)}.`);
}

/** Throws unless an option is one of a few. */
export function requireOneOf(type: string, option: string, value: unknown, allowed: readonly (string | null)[]): void {
  if (allowed.includes(value as string | null)) return;
  const list = allowed.map((each) => (each === null ? 'null' : `'${each}'`)).join(', ');
  throw new ConfigError(`${type}: ${option} must be one of ${list}, got '${String(value)}'.`);
}
