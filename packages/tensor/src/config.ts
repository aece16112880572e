import { ConfigError } from './errors.ts';
import { adviceFor } from './names.ts';

/**
 * Defaults with the options given on top. An option nobody knows is refused: it would be ignored silently.
 * @param type whose options they are, for messages
 * @param also names that are options too, but have no default
 * @throws ConfigError with the nearest known option
 */
export function configFrom<Config extends object>(
  type: string,
  defaults: Config,
  options: object,
  also: readonly string[] = [],
): Config {
  const known = [...also, ...Object.keys(defaults)];
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.find(([key]) => !known.includes(key));
  if (unknown) throw new ConfigError(`${type}: there is no option '${unknown[0]}'. ${adviceFor(unknown[0], known)}`);
  return { ...defaults, ...Object.fromEntries(given) };
}
