// Initializers and regularizers by name, as JSON, or as they are.
import { ConfigError, isRecord, lookup } from '@nablajs/tensor';
import { isPieceJSON } from './json.ts';

interface PieceConstructor<T> {
  readonly type: string;
  new (config?: never): T;
}

/** Classes under the names that layers take: `GlorotUniform` as `glorotUniform`. */
export function byName<T>(classes: readonly PieceConstructor<T>[]): Readonly<Record<string, PieceConstructor<T>>> {
  return Object.fromEntries(classes.map((Class) => [lowerFirst(Class.type), Class]));
}

/**
 * A piece from what a layer was given.
 * @param place for messages, `Dense: kernelInitializer`
 * @throws ConfigError with the nearest known name, or naming the package to install
 */
export function pieceFrom<T>(
  place: string,
  value: unknown,
  isPiece: (value: unknown) => value is T,
  table: Readonly<Record<string, PieceConstructor<T>>>,
): T {
  if (isPiece(value)) return value;
  if (typeof value === 'string') return new (lookup(place, lowerFirst(value), table))();
  if (isPieceJSON(value)) {
    return Reflect.construct(lookup(place, lowerFirst(value.type), table), [value.config]) as T;
  }
  const known = Object.keys(table);
  const found = isRecord(value) ? JSON.stringify(value) : `a ${typeof value}`;
  throw new ConfigError(
    `${place} must be a name (${known.join(', ')}), an object of such a class, or { type, config }, got ${found}.`,
  );
}

function lowerFirst(name: string): string {
  return /^[A-Z]+$/.test(name) ? name.toLowerCase() : name.charAt(0).toLowerCase() + name.slice(1);
}
