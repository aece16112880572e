// Models by name in the browser's own database: it works in pages and workers, and survives closing the page.
import { ConfigError, FormatError } from '@nablajs/tensor';
import { type LoadOptions, modelFromBytes } from '../files/load.ts';
import type { Model } from '../model.ts';
import type { Sequential } from '../sequential.ts';

const DATABASE = 'nabla';
const STORE = 'models';

/** Keeps a model in this browser under a name, in place of one that had it. */
export async function storeModel(model: Model, name: string): Promise<void> {
  const bytes = await model.toBytes();
  await transact('readwrite', (store) => store.put(bytes, name));
}

/**
 * A model that {@link storeModel} kept.
 * @throws FormatError when this browser keeps none of that name
 */
export async function restoreModel(name: string, options: LoadOptions = {}): Promise<Sequential> {
  const bytes = await transact<Uint8Array | undefined>('readonly', (store) => store.get(name));
  if (bytes) return modelFromBytes(bytes, options, `'${name}'`);
  const names = await listModels();
  throw new FormatError(
    `this browser keeps no model '${name}'. ${names.length > 0 ? `There are: ${names.join(', ')}.` : 'It keeps none at all: store one with storeModel(model, name).'}`,
  );
}

/** The names of all models this browser keeps, sorted. */
export async function listModels(): Promise<string[]> {
  return (await transact('readonly', (store) => store.getAllKeys())).map(String);
}

/** Forgets a model; one that is not there is no error. */
export async function deleteModel(name: string): Promise<void> {
  await transact('readwrite', (store) => store.delete(name));
}

/** One request in a transaction of its own, done when it is on disk. */
async function transact<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    return await new Promise<T>((resolve, reject) => {
      const fail = (): void => reject(storageError(transaction.error ?? request.error));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = fail;
      transaction.onerror = fail;
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  if (typeof indexedDB === 'undefined') {
    throw new ConfigError(
      'this host has no IndexedDB. In Node, save to a file: model.save(path); elsewhere keep model.toBytes() yourself.',
    );
  }
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(storageError(request.error));
  });
}

function storageError(cause: DOMException | null): FormatError {
  const full = cause?.name === 'QuotaExceededError';
  return new FormatError(
    full
      ? 'the browser has no room left for this model. Delete others with deleteModel, or use downloadModel.'
      : `the browser's database refused: ${cause?.message ?? 'the transaction was aborted'}. Private windows may forbid storing.`,
    { cause },
  );
}
