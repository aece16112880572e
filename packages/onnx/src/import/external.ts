// Weights beside the model file. A file names others: it may name only what lies in its own folder.
import type { Message } from '@nablajs/onnx-graph';
import { ConfigError, FormatError } from '@nablajs/tensor';

interface FileSystem {
  readFileSync(path: string): Uint8Array;
  realpathSync(path: string): string;
}

interface Path {
  readonly sep: string;
  resolve(...parts: string[]): string;
}

interface NodeProcess {
  getBuiltinModule?(name: string): unknown;
}

/** Where data outside of the model file come from. */
export interface ExternalSource {
  /** Contents by the location that the model names. */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /** The folder of the model file, in Node. Nothing outside of it is read. */
  readonly folder?: string;
  /** Whether tensors that lie nowhere are shapes to be filled in later, as in the files of imported layers. */
  readonly hollow?: boolean;
}

/** Reads the parts of external files that tensors name. */
export class ExternalData {
  readonly #source: ExternalSource;
  readonly #files = new Map<string, Uint8Array>();

  constructor(source: ExternalSource) {
    this.#source = source;
  }

  /** Throws FormatError when a tensor names a place outside of the folder. */
  protected requirePlace({ name = '', externalData }: Message<'TensorProto'>): void {
    requireInside(externalData.find(({ key }) => key === 'location')?.value ?? '', `tensor '${name}'`);
  }

  /** Whether a tensor has a shape only. */
  isHollow({ dataLocation, externalData }: Message<'TensorProto'>): boolean {
    return this.#source.hollow === true && dataLocation === 1 && externalData.length === 0;
  }

  /**
   * The bytes of a tensor.
   * @param expected as many as its shape takes, where the file does not say
   * @throws FormatError when they are not there, or lie outside of the folder
   */
  read(proto: Message<'TensorProto'>, expected: number): Uint8Array {
    const what = `tensor '${proto.name ?? ''}'`;
    const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
    const location = entries.get('location') ?? '';
    const offset = count(entries.get('offset') ?? '0', `${what}: offset`);
    const length = count(entries.get('length') ?? String(expected), `${what}: length`);
    const file = this.#file(location, what);
    if (offset + length > file.length) {
      throw new FormatError(
        `${what} lies at bytes ${offset} to ${offset + length} of '${location}', which has ${file.length}. Is that file complete?`,
      );
    }
    return file.subarray(offset, offset + length);
  }

  #file(location: string, what: string): Uint8Array {
    requireInside(location, what);
    const known = this.#files.get(location);
    if (known) return known;
    const { externalData = {}, folder } = this.#source;
    const given = Object.hasOwn(externalData, location) ? externalData[location] : undefined;
    const bytes = given ?? (folder === undefined ? undefined : readInside(folder, location, what));
    if (!bytes) {
      throw new ConfigError(
        `${what} is stored in '${location}', beside the model. Pass its folder, or its bytes: ` +
          `importOnnx(bytes, { externalData: { '${location}': data } }).`,
      );
    }
    this.#files.set(location, bytes);
    return bytes;
  }
}

function requireInside(location: string, what: string): void {
  const parts = location.split(/[/\\]/);
  const climbs =
    location === '' ||
    parts.includes('..') ||
    parts[0] === '' ||
    /^[a-zA-Z]:/.test(location) ||
    location.includes('\0');
  if (!climbs) return;
  throw new FormatError(
    `${what} names '${location}', which is not inside the folder of the model. Nothing outside of it is read.`,
  );
}

function readInside(folder: string, location: string, what: string): Uint8Array {
  const host = (globalThis as unknown as { process?: NodeProcess }).process;
  const fs = host?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  const path = host?.getBuiltinModule?.('node:path') as Path | undefined;
  if (!fs || !path) throw new ConfigError('this host has no file system. Pass externalData instead of a folder.');
  try {
    const root = fs.realpathSync(folder);
    // Links are followed first: one inside the folder may point out of it.
    const real = fs.realpathSync(path.resolve(root, location));
    if (!real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) {
      throw new FormatError(`${what} names '${location}', a link out of the folder of the model. It was not read.`);
    }
    return fs.readFileSync(real);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${what}: cannot read '${location}' beside the model: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function count(text: string, what: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new FormatError(`${what} of the external data is '${text.slice(0, 40)}', not a number of bytes.`);
}
