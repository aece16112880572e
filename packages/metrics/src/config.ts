import { ConfigError } from '@nablajs/tensor';

/** Defaults with the options given on top. An option nobody knows is refused: it would be ignored silently. */
export function configFrom<Config extends object>(type: string, defaults: Config, options: object): Config {
  const known = Object.keys(defaults);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([key]) => !known.includes(key));
  if (unknown) {
    throw new ConfigError(`${type}: there is no option '${unknown[0]}'. It takes ${['name', ...known].join(', ')}.`);
  }
  return { ...defaults, ...Object.fromEntries(given) };
}

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
