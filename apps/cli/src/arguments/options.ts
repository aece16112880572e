import { suggestion } from './nearest.ts';
import { UsageError } from './usage-error.ts';

/** The options of one call, read with the kind of value each must have. */
export class Options {
  readonly command: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param values by camel-case name, as the parser gives them */
  constructor(command: string, values: Readonly<Record<string, unknown>>) {
    this.command = command;
    this.#values = values;
  }

  /** A switch. */
  flag(name: string): boolean {
    return this.#values[key(name)] === true;
  }

  /** Whether it was given, as a switch or with a value. */
  isGiven(name: string): boolean {
    return this.#values[key(name)] !== undefined && this.#values[key(name)] !== false;
  }

  /** Any text; `undefined` where the option was not given and has no default. */
  text(name: string): string | undefined {
    const value = this.#values[key(name)];
    return value === undefined ? undefined : String(value);
  }

  /** The texts of an option that may be given several times. */
  all(name: string): readonly string[] {
    const value = this.#values[key(name)] ?? [];
    return (Array.isArray(value) ? value : [value]).map(String);
  }

  /** Words separated by commas, of all times the option was given; none where it was not. */
  list(name: string): readonly string[] {
    const words = this.all(name).flatMap((each) => each.split(','));
    return words.map((word) => word.trim()).filter((word) => word !== '');
  }

  /** A whole number of at least `least`. */
  whole(name: string, least: number): number | undefined {
    return this.#number(
      name,
      (value) => Number.isSafeInteger(value) && value >= least,
      `a whole number of at least ${least}`,
    );
  }

  /** A number above zero. */
  positive(name: string): number | undefined {
    return this.#number(name, (value) => Number.isFinite(value) && value > 0, 'a number above 0');
  }

  /** One of several words. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    throw this.wrong(name, `must be one of ${choices.join(', ')}, got "${value}".${suggestion(value, choices)}`);
  }

  /** An error about the value of an option. */
  wrong(name: string, text: string): UsageError {
    return new UsageError(`--${name} ${text}`, this.command);
  }

  #number(name: string, fits: (value: number) => boolean, kind: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (fits(value)) return value;
    throw this.wrong(name, `must be ${kind}, got "${text}".`);
  }
}

/** `--batch-size` → `batchSize`. */
function key(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
