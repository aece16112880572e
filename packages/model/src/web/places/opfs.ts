// The origin private file system: files of the page's own, for models too large for a database.
import { ConfigError } from '@nablajs/tensor';
import { type Place, refusal } from './place.ts';

const FOLDER = 'nabla-models';
const ENDING = '.safetensors';

/** Models as files, one each. */
export const opfs: Place = {
  async write(name, bytes) {
    const folder = await open();
    try {
      const file = await folder.getFileHandle(fileName(name), { create: true });
      if (!file.createWritable) {
        throw new ConfigError(
          "this browser's private file system cannot be written from here. Store the model with { in: 'indexedDB' }.",
        );
      }
      // What is written becomes the file when the stream closes, and not before.
      const stream = await file.createWritable();
      try {
        await stream.write(bytes as Uint8Array<ArrayBuffer>);
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      if ((await size(folder, name)) === 0) await folder.removeEntry(fileName(name)).catch(() => undefined);
      throw error instanceof ConfigError ? error : refusal(error);
    }
  },
  async read(name) {
    const folder = await open();
    // An empty file is one whose first writing was cut short.
    if (!(await size(folder, name))) return undefined;
    const file = await folder.getFileHandle(fileName(name));
    return new Uint8Array(await (await file.getFile()).arrayBuffer());
  },
  async names() {
    const folder = await open();
    const names: string[] = [];
    for await (const entry of folder.keys()) {
      const name = decodeURIComponent(entry.slice(0, -ENDING.length));
      if (entry.endsWith(ENDING) && (await size(folder, name))) names.push(name);
    }
    return names.sort();
  },
  async remove(name) {
    const folder = await open();
    await folder.removeEntry(fileName(name)).catch((error: DOMException) => {
      if (error.name !== 'NotFoundError') throw refusal(error);
    });
  },
};

/** Any name makes a file name. */
function fileName(name: string): string {
  return encodeURIComponent(name) + ENDING;
}

async function size(folder: FileSystemDirectoryHandle, name: string): Promise<number> {
  try {
    return (await (await folder.getFileHandle(fileName(name))).getFile()).size;
  } catch {
    return 0;
  }
}

async function open(): Promise<FileSystemDirectoryHandle> {
  const storage = typeof navigator === 'undefined' ? undefined : navigator.storage;
  if (!storage?.getDirectory) {
    throw new ConfigError(
      "this host has no origin private file system: it needs a page served over https or from localhost. Store the model with { in: 'indexedDB' }, or in Node with model.save(path).",
    );
  }
  try {
    return await (await storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  } catch (error) {
    throw refusal(error);
  }
}
