// The browser's own database: it works in pages and workers, in every browser.
import { ConfigError } from '@nablajs/tensor';
import { type Place, refusal } from './place.ts';

const DATABASE = 'nabla';
const STORE = 'models';

/** Models in IndexedDB. */
export const indexedDb: Place = {
  write: async (name, bytes) => void (await transact('readwrite', (store) => store.put(bytes, name))),
  read: (name) => transact<Uint8Array | undefined>('readonly', (store) => store.get(name)),
  names: async () => (await transact('readonly', (store) => store.getAllKeys())).map(String),
  remove: (name) => transact('readwrite', (store) => store.delete(name)),
};

/** One request in a transaction of its own, done when it is on disk. */
async function transact<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const request = ask(transaction.objectStore(STORE));
    return await new Promise<T>((resolve, reject) => {
      const fail = (): void => reject(refusal(transaction.error ?? request.error));
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
    request.onerror = () => reject(refusal(request.error));
  });
}
