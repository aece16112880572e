// Inputs and targets as users give them, looked at before they train anything.
import { ConfigError } from '@nablajs/tensor';
import { type PredictorValues, samplesIn } from '../samples.ts';
import type { StoredTarget } from './format.ts';

/** Numbers of all samples, one after the other; for several inputs or outputs a record of them by name. */
export type TrainerValues = PredictorValues | Readonly<Record<string, PredictorValues>>;

/** Samples for inputs and targets, in their order. */
export interface Samples {
  readonly places: readonly StoredTarget[];
  readonly values: readonly PredictorValues[];
  readonly count: number;
}

/** What is known of inputs and targets. */
export interface DataPlaces {
  readonly inputs: readonly StoredTarget[];
  readonly targets: readonly StoredTarget[];
}

/**
 * @throws ConfigError for what is missing, has no name here, or is no number or class; ShapeError when the numbers do not
 * make whole samples, or not as many of each
 */
export function samplesFrom(
  caller: string,
  { inputs, targets }: DataPlaces,
  x: TrainerValues,
  y: TrainerValues | undefined,
): Samples {
  const places = [...inputs, ...targets];
  const values = [...valuesFor(`${caller}: x`, inputs, x), ...valuesFor(`${caller}: y`, targets, y)];
  const count = samplesIn(caller, places, values);
  for (const [i, place] of places.entries()) checkNumbers(caller, place, values[i]!);
  return { places, values, count };
}

function valuesFor(
  what: string,
  places: readonly StoredTarget[],
  given: TrainerValues | undefined,
): readonly PredictorValues[] {
  if (places.length === 1 && isList(given)) return [given];
  const names = places.map(({ name }) => name);
  const record = isList(given) ? { values: given } : (given ?? {});
  const stray = Object.keys(record).find((name) => !names.includes(name));
  const missing = names.find((name) => !isList((record as Readonly<Record<string, unknown>>)[name]));
  if (stray === undefined && missing === undefined)
    return names.map((name) => (record as Readonly<Record<string, PredictorValues>>)[name]!);
  const wanted =
    names.length === 0 ? 'nothing' : `{ ${names.map((name) => `${JSON.stringify(name)}: numbers`).join(', ')} }`;
  throw new ConfigError(
    `${what} must be ${places.length === 1 ? 'a typed array or a list of numbers' : wanted}, ${
      isList(given) ? 'got one list' : given === undefined ? 'got nothing' : `got { ${Object.keys(record).join(', ')} }`
    }.`,
  );
}

function isList(value: unknown): value is PredictorValues {
  return (
    typeof (value as Partial<PredictorValues> | null | undefined)?.length === 'number' && typeof value !== 'string'
  );
}

function checkNumbers(caller: string, { name, dtype, classes }: StoredTarget, values: PredictorValues): void {
  const isWhole = dtype === 'int32' || dtype === 'uint32';
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const isWrong = isWhole ? !Number.isInteger(value) : Number.isNaN(value);
    if (!isWrong && (classes === undefined || (value >= 0 && value < classes))) continue;
    const wanted =
      classes === undefined
        ? isWhole
          ? 'whole numbers'
          : 'numbers'
        : `the numbers of ${classes} classes, 0 to ${classes - 1}`;
    throw new ConfigError(`${caller}: '${name}' takes ${wanted}, got ${value} at index ${i}.`);
  }
}
