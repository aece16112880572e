// Files in Node, without importing Node: the same module loads in browsers, where it explains the alternative.
import { fileAdvice } from '@nablajs/data';
import { ConfigError, FormatError } from '@nablajs/tensor';

interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, data: Uint8Array, options?: { flush: boolean }): Promise<void>;
  appendFile(path: string, data: Uint8Array | string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
  mkdir(path: string, options: { recursive: boolean }): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
}

interface NodeProcess {
  readonly pid: number;
  getBuiltinModule?(name: string): unknown;
}

const INSTEAD = 'Use model.toBytes() and modelFromBytes(bytes) and store the bytes yourself.';

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as unknown as { process?: NodeProcess }).process;
}

function fileSystem(instead: string): FileSystem {
  const fs = nodeProcess()?.getBuiltinModule?.('node:fs/promises') as FileSystem | undefined;
  if (!fs) throw new ConfigError(`this host has no file system. ${instead}`);
  return fs;
}

/** Throws ConfigError on hosts without files, such as browsers. */
export function requireFiles(who: string): void {
  fileSystem(`${who} writes files, so it works in Node only. Leave it out, or write a callback that stores elsewhere.`);
}

/** The bytes of a file. Throws FormatError when it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const fs = fileSystem(INSTEAD);
  try {
    return await fs.readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The bytes of a file, or `null` when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await fileSystem(INSTEAD).readFile(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): FormatError {
  return new FormatError(`cannot read ${path} ${fileAdvice(path, cause)}`, { cause });
}

/** What `f` does to a file. Throws ConfigError when the file cannot be written. */
async function writing(path: string, f: (fs: FileSystem) => Promise<void>): Promise<void> {
  const fs = fileSystem(INSTEAD);
  try {
    await f(fs);
  } catch (cause) {
    throw new ConfigError(`cannot write ${path} ${fileAdvice(path, cause)}`, { cause });
  }
}

/**
 * Writes a file whole or not at all: beside its place first, on the disk for sure, then renamed over it. Whatever happens
 * meanwhile, a file of that name is the old one or the new one. Missing folders are made. Throws ConfigError when it fails.
 */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writing(path, async (fs) => {
    await makeFolderOf(fs, path);
    const beside = `${path}.${nodeProcess()!.pid}.tmp`;
    try {
      await fs.writeFile(beside, bytes, { flush: true });
      await fs.rename(beside, path);
    } catch (error) {
      await fs.rm(beside, { force: true });
      throw error;
    }
  });
}

/** Adds to the end of a file, which is made if need be, with its folders. */
export async function appendTo(path: string, data: Uint8Array | string): Promise<void> {
  await writing(path, async (fs) => {
    await makeFolderOf(fs, path);
    await fs.appendFile(path, data);
  });
}

/** Removes a file; one that is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  await writing(path, (fs) => fs.rm(path, { force: true }));
}

/** Removes what killed processes left of their attempts to write a file. */
export async function removeAttempts(path: string): Promise<void> {
  const fs = fileSystem(INSTEAD);
  const end = endOfFolder(path);
  const [folder, name] = [end > 0 ? path.slice(0, end) : '.', path.slice(end + 1)];
  const names = await fs.readdir(folder).catch((): string[] => []);
  const attempts = names.filter(
    (each) => each.startsWith(`${name}.`) && /^\d+\.tmp$/.test(each.slice(name.length + 1)),
  );
  for (const each of attempts) await fs.rm(`${folder}/${each}`, { force: true });
}

async function makeFolderOf(fs: FileSystem, path: string): Promise<void> {
  const end = endOfFolder(path);
  if (end > 0) await fs.mkdir(path.slice(0, end), { recursive: true });
}

function endOfFolder(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
