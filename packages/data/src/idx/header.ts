// The claims at the start of an IDX file, checked before anything believes them.
import { FormatError } from '@nablajs/tensor';
import { ELEMENT_TYPES } from './format.ts';

/** What the header says. */
export interface IdxHeader {
  readonly type: (typeof ELEMENT_TYPES)[number];
  readonly shape: readonly number[];
  readonly elementCount: number;
  /** Where the elements begin. */
  readonly dataStart: number;
  /** Bytes of the whole file, header included. */
  readonly fileSize: number;
}

/** Bytes that are certain to hold the whole header: 255 axes is the most it can declare. */
export const LONGEST_HEADER: number = 4 + 4 * 255;

/**
 * Reads and checks a header.
 * @param bytes the file, or at least its first {@link LONGEST_HEADER} bytes
 * @param name what the messages call the file
 * @throws FormatError when this is not an IDX header
 */
export function readHeader(bytes: Uint8Array, name: string): IdxHeader {
  if (bytes.length < 4) {
    throw new FormatError(`${name}: ${bytes.length} bytes are too few for an IDX file, whose header alone takes 8.`);
  }
  if (bytes[0] !== 0 || bytes[1] !== 0) {
    throw new FormatError(`${name}: not an IDX file: it begins with ${hex(bytes.subarray(0, 2))}, IDX with 00 00.`);
  }
  const type = ELEMENT_TYPES.find(({ code }) => code === bytes[2]);
  if (type === undefined) {
    const known = ELEMENT_TYPES.map(({ code }) => hex([code])).join(', ');
    throw new FormatError(`${name}: element type ${hex([bytes[2]!])} is not one of IDX's (${known}).`);
  }
  const rank = bytes[3]!;
  const dataStart = 4 + 4 * rank;
  if (rank === 0) throw new FormatError(`${name}: the header declares no axes; IDX data has at least one.`);
  if (bytes.length < dataStart) {
    throw new FormatError(
      `${name}: the header declares ${rank} axes, which takes ${dataStart} bytes; the file ends after ${bytes.length}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const elementCount = shape.reduce((product, size) => product * size, 1);
  const fileSize = dataStart + elementCount * new type.array(0).BYTES_PER_ELEMENT;
  if (!Number.isSafeInteger(fileSize)) {
    throw new FormatError(`${name}: the ${rank} axes it declares hold more elements than any file.`);
  }
  return { type, shape, elementCount, dataStart, fileSize };
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
