// Configurations as data: what a file can hold, and what it cannot.
import { ConfigError, isRecord } from '@nablajs/tensor';

/** A named thing and its configuration: how initializers, regularizers and activations are written in a layer's config. */
export interface PieceJSON {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A layer without its weights. */
export interface LayerJSON extends PieceJSON {
  readonly name: string;
  readonly trainable: boolean;
}

/** True for `{ type, config }`. */
export function isPieceJSON(value: unknown): value is PieceJSON {
  return isRecord(value) && typeof value.type === 'string' && isRecord(value.config);
}

/** A copy in which everything that has a JSON form is replaced by it. Functions stay: they work, but cannot be saved. */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
  return hasJSON(value) ? toPlain(value.toJSON()) : value;
}

function hasJSON(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

/**
 * A layer's configuration as files hold it.
 * @param owner whose it is, for messages: `"dense_1" (Dense)`
 * @throws ConfigError when it holds something that files cannot, such as a function
 */
export function savedForm(config: object, owner: string): PieceJSON['config'] {
  const plain = toPlain(config) as PieceJSON['config'];
  const found = unsavable(plain);
  if (!found) return plain;
  throw new ConfigError(
    `${found[0]} is ${found[1]}, which a file cannot hold. ` +
      'Use a built-in name, or write a layer of your own with a type, and pass it to loadModel as a plugin.',
    { path: owner },
  );
}

/** The first thing in a value that JSON cannot hold, as `['kernel.size[1]', 'a function']`, or `null`. */
function unsavable(value: unknown, path: string = ''): readonly [path: string, what: string] | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null;
  if (typeof value === 'number') return Number.isFinite(value) ? null : [path, String(value)];
  if (Array.isArray(value)) return firstOf(value.map((item, i) => [item, `${path}[${i}]`]));
  if (isRecord(value)) {
    return firstOf(Object.entries(value).map(([key, item]) => [item, path === '' ? key : `${path}.${key}`]));
  }
  return [path, typeof value === 'object' ? `a ${value.constructor?.name ?? 'object'}` : describe(value)];
}

function firstOf(items: readonly (readonly [unknown, string])[]): readonly [string, string] | null {
  for (const [item, path] of items) {
    const found = unsavable(item, path);
    if (found) return found;
  }
  return null;
}

function describe(value: unknown): string {
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
