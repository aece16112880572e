import { ConfigError } from '@nablajs/tensor';

/** Defaults with the options given on top. An option nobody knows is refused: it would be ignored silently. */
export function configFrom<Config extends object>(type: string, defaults: Config, options: object): Config {
  const known = Object.keys(defaults);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([key]) => !known.includes(key));
  if (unknown) {
    throw new ConfigError(`${type}: there is no option '${unknown[0]}'. It takes ${known.join(', ')}.`);
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

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
