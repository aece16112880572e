// Files in Node, without importing Node: the same module loads in browsers, where it explains the alternative.
import { ConfigError, FormatError } from '@nablajs/tensor';

interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, data: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
  mkdir(path: string, options: { recursive: boolean }): Promise<unknown>;
}

interface NodeProcess {
  readonly pid: number;
  getBuiltinModule?(name: string): unknown;
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as unknown as { process?: NodeProcess }).process;
}

function fileSystem(): FileSystem {
  const fs = nodeProcess()?.getBuiltinModule?.('node:fs/promises') as FileSystem | undefined;
  if (!fs)
    throw new ConfigError(
      'this host has no file system. Use model.toBytes() and modelFromBytes(bytes) and store the bytes yourself.',
    );
  return fs;
}

/** The bytes of a file. Throws FormatError when it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const fs = fileSystem();
  try {
    return await fs.readFile(path);
  } catch (error) {
    throw new FormatError(`cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes a file whole or not at all: beside its place first, then renamed over it. Missing folders are made. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const fs = fileSystem();
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  if (slash > 0) await fs.mkdir(path.slice(0, slash), { recursive: true });
  const beside = `${path}.${nodeProcess()!.pid}.tmp`;
  try {
    await fs.writeFile(beside, bytes);
    await fs.rename(beside, path);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw error;
  }
}
