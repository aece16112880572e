import { ConfigError, formatShape } from '@nablajs/tensor';
import { ELEMENT_TYPES, type IdxArray } from './format.ts';

/**
 * An array as an IDX file, uncompressed; {@link parseIdx} reads it back.
 * @throws ConfigError when shape and number of values disagree, or the format cannot hold them
 */
export function writeIdx({ data, shape }: IdxArray): Uint8Array {
  const type = ELEMENT_TYPES.find(({ array }) => data.constructor === array);
  if (type === undefined) throw new ConfigError(`writeIdx: IDX files do not hold a ${data.constructor.name}.`);
  const fits = shape.every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 32);
  if (!fits || shape.length < 1 || shape.length > 255) {
    throw new ConfigError(`writeIdx: ${formatShape(shape)} is no IDX shape: 1 to 255 axes of whole sizes below 2^32.`);
  }
  if (shape.reduce((product, size) => product * size, 1) !== data.length) {
    throw new ConfigError(`writeIdx: ${data.length} values do not fill ${formatShape(shape)}.`);
  }
  const dataStart = 4 + 4 * shape.length;
  const bytes = new Uint8Array(dataStart + data.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type.code, shape.length]);
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size);
  for (let i = 0; i < data.length; i++) type.write(view, dataStart + i * data.BYTES_PER_ELEMENT, data[i]!);
  return bytes;
}
