import { ConfigError } from '@nablajs/tensor';

/** Defaults with the options given on top. An option nobody knows is refused: it would be ignored silently. */
export function configFrom<Config extends object>(type: string, defaults: Config, options: Partial<Config>): Config {
  const known = Object.keys(defaults);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([key]) => !known.includes(key));
  if (unknown) {
    throw new ConfigError(`${type}: there is no option '${unknown[0]}'. It takes ${known.join(', ')}.`);
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

/** Throws unless an option is a finite number in a range, both ends included. */
export function requireRange(type: string, option: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  const range = high === Number.POSITIVE_INFINITY ? `at least ${low}` : `${low} to ${high}`;
  throw new ConfigError(`${type}: ${option} must be ${range}, got ${value}.`);
}
