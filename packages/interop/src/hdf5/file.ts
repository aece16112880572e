// Files of the HDF5 format, read by the library of those who made it, compiled to WebAssembly and loaded when first needed.
import { FormatError } from '@nablajs/tensor';
import type { Dataset, Entity, Group } from 'h5wasm';
import type { StoredArray } from '../weights/assign.ts';

/** A folder of an HDF5 file. */
export interface Hdf5Group {
  /** Names of what is in it. */
  readonly names: readonly string[];
  /** An attribute, `undefined` where there is none. */
  attribute(name: string): unknown;
  /** The folder of a name, which may be a path; `undefined` where there is none. */
  group(path: string): Hdf5Group | undefined;
  /** The array of a name, which may be a path. Throws FormatError where there is none. */
  array(path: string): StoredArray;
}

let files = 0;

/** Opens the bytes of a file for `use`, and closes it after. Throws FormatError when they are no HDF5 file. */
export async function withHdf5<T>(file: string, bytes: Uint8Array, use: (root: Hdf5Group) => T): Promise<T> {
  const library = await import('h5wasm');
  const { FS, activate_throwing_error_handler: throwErrors } = await library.ready;
  throwErrors();
  const path = `nabla-${files++}.h5`;
  FS.writeFile(path, bytes);
  try {
    const opened = new library.File(path, 'r');
    if (opened.file_id < 0n) throw new FormatError(`${file}: is no HDF5 file, or damaged.`);
    try {
      return use(groupOf(file, opened));
    } finally {
      opened.close();
    }
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    if (cause instanceof Error && cause.constructor === Error) {
      throw new FormatError(
        `${file}: cannot be read as HDF5 (${rootOf(cause.message)}). Was it cut off, or is it a file of another kind?`,
        { cause },
      );
    }
    throw cause;
  } finally {
    FS.unlink(path);
  }
}

/** The library lists all calls that failed, the one that began it last: `#008: ... in f(): file signature not found major: ...`. */
function rootOf(message: string): string {
  return /.*\(\): (.*?)\s+major: /s.exec(message)?.[1] ?? message;
}

function groupOf(file: string, group: Group): Hdf5Group {
  return {
    names: group.keys(),
    attribute: (name) => group.attrs[name]?.value ?? undefined,
    group(path) {
      const found = group.get(path);
      return kindOf(found) === 'Group' ? groupOf(file, found as Group) : undefined;
    },
    array(path) {
      const found = group.get(path);
      if (kindOf(found) !== 'Dataset') throw new FormatError(`${file}: has no array '${path}'.`);
      const { shape, value } = found as Dataset;
      // A single number comes by itself.
      const data = typeof value === 'number' || typeof value === 'bigint' ? [Number(value)] : value;
      return { name: path, shape: shape ?? [], data: data as ArrayLike<number> };
    },
  };
}

function kindOf(entity: Entity | null): string | undefined {
  return entity && 'type' in entity ? entity.type : undefined;
}
