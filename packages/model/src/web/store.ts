// Models by name in the browser: in pages and workers, and they survive closing the page.
import { ConfigError, FormatError } from '@nablajs/tensor';
import { type LoadOptions, modelFromBytes } from '../files/load.ts';
import type { Model } from '../model.ts';
import { indexedDb } from './places/indexed-db.ts';
import { opfs } from './places/opfs.ts';
import type { Place } from './places/place.ts';

/** Where a browser keeps models. */
export type StoreName = 'indexedDB' | 'opfs';

/** Where to keep a model, or to look for one. */
export interface StoreOptions {
  /**
   * `'indexedDB'`, the browser's database, is in every browser; `'opfs'`, the page's private file system, suits large
   * models and wants https. Each knows only its own models. Default `'indexedDB'`.
   */
  readonly in?: StoreName;
}

/** Options of {@link restoreModel}. */
export interface RestoreOptions extends LoadOptions, StoreOptions {}

const PLACES: Readonly<Record<StoreName, Place>> = { indexedDB: indexedDb, opfs };

/**
 * Keeps a model in this browser under a name, in place of one that had it: whole, or, when it fails, not at all.
 * @throws FormatError when the browser refuses, ConfigError where it has no such store
 * @example await storeModel(model, 'digits', { in: 'opfs' });
 */
export async function storeModel(model: Model, name: string, options: StoreOptions = {}): Promise<void> {
  const place = placeOf(options);
  await place.write(name, await model.toBytes());
}

/**
 * A model that {@link storeModel} kept.
 * @throws FormatError when there is none of that name
 */
export async function restoreModel(name: string, options: RestoreOptions = {}): Promise<Model> {
  const place = placeOf(options);
  const bytes = await place.read(name);
  if (bytes) return modelFromBytes(bytes, options, `'${name}'`);
  const names = await place.names();
  throw new FormatError(
    `this browser keeps no model '${name}' in ${options.in ?? 'indexedDB'}. ${names.length > 0 ? `There are: ${names.join(', ')}.` : 'It keeps none there at all: store one with storeModel(model, name).'}`,
  );
}

/** The names of all models kept there, sorted. */
export async function listModels(options: StoreOptions = {}): Promise<string[]> {
  return placeOf(options).names();
}

/** Forgets a model; one that is not there is no error. */
export async function deleteModel(name: string, options: StoreOptions = {}): Promise<void> {
  await placeOf(options).remove(name);
}

function placeOf({ in: store = 'indexedDB' }: StoreOptions): Place {
  if (Object.hasOwn(PLACES, store)) return PLACES[store];
  throw new ConfigError(`there is no store '${String(store)}' in browsers. Use 'indexedDB' or 'opfs'.`);
}
