import { ConfigError } from '@nablajs/tensor';

/** `'epoch'` as `null`, a number of batches as it is. Throws ConfigError for anything else. */
export function checkFrequency(callback: string, option: string, value: 'epoch' | number): number | null {
  if (value === 'epoch') return null;
  if (Number.isInteger(value) && value >= 1) return value;
  throw new ConfigError(
    `${callback}: ${option} must be 'epoch' or a whole number of batches of at least 1, got ${JSON.stringify(value)}.`,
  );
}
