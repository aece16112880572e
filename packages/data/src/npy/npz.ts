import { ConfigError, FormatError } from '@nablajs/tensor';
import { type NpyArray, parseNpy, writeNpy } from './npy.ts';

/** More than this out of one archive is a bomb rather than data. */
const MOST_BYTES = 2 ** 32;

/**
 * Reads an NPZ file, the zip archive of arrays that `numpy.savez` and `numpy.savez_compressed` write.
 * @param name what the messages call the file
 * @returns the arrays by their names
 * @throws FormatError when the archive or an array in it is damaged
 * @example const { x_train, y_train } = await readNpz(await readFile('mnist.npz'));
 */
export async function readNpz(bytes: Uint8Array, name: string = 'NPZ data'): Promise<Record<string, NpyArray>> {
  const { unzip } = await import('fflate');
  let total = 0;
  const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    const refuse = (cause: unknown): void =>
      reject(
        cause instanceof FormatError
          ? cause
          : new FormatError(`${name}: not a zip archive, or damaged (${(cause as Error).message}).`, { cause }),
      );
    const filter = ({ originalSize }: { originalSize: number }): boolean => {
      total += originalSize;
      if (total > MOST_BYTES) throw new FormatError(`${name}: claims to hold more than ${MOST_BYTES} bytes.`);
      return true;
    };
    try {
      unzip(bytes, { filter }, (error, entries) => (error ? refuse(error) : resolve(entries)));
    } catch (error) {
      refuse(error);
    }
  });
  return Object.fromEntries(
    Object.entries(files)
      .filter(([file]) => file.endsWith('.npy'))
      .map(([file, content]) => [file.slice(0, -4), parseNpy(content, `${name}: ${file}`)]),
  );
}

/**
 * Arrays as an NPZ file that `numpy.load` reads, compressed.
 * @throws ConfigError for a name that is no file name
 */
export async function writeNpz(arrays: Readonly<Record<string, NpyArray>>): Promise<Uint8Array> {
  const { zip } = await import('fflate');
  const files = Object.entries(arrays).map(([key, array]): [string, Uint8Array] => {
    if (!/^[^/\\]+$/.test(key)) throw new ConfigError(`writeNpz: '${key}' cannot be the name of an array.`);
    return [`${key}.npy`, writeNpy(array)];
  });
  return new Promise((resolve, reject) => {
    zip(Object.fromEntries(files), (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
}
