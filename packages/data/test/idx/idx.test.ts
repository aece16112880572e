import { gzipSync } from 'node:zlib';
import { FormatError } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type IdxArray, type IdxData, parseIdx, readIdx, writeIdx } from '../../src/index.ts';

const KINDS: readonly (new (values: readonly number[]) => IdxData)[] = [
  Uint8Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
];

const anyArray: fc.Arbitrary<IdxArray> = fc
  .tuple(fc.constantFrom(...KINDS), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }))
  .chain(([Kind, shape]) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    const values = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: size, maxLength: size });
    return values.map((list) => ({ data: new Kind(list), shape }));
  });

/** A header written by hand: code, then sizes, then `payload` bytes. */
function file(code: number, shape: readonly number[], payload: readonly number[], magic = [0, 0]): Uint8Array {
  const sizes = shape.flatMap((size) => [size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255]);
  return Uint8Array.from([...magic, code, shape.length, ...sizes, ...payload]);
}

describe('IDX files', () => {
  it('are big-endian, in sizes and in values', () => {
    expect(parseIdx(file(0x08, [2, 3], [1, 2, 3, 4, 5, 255]))).toEqual({
      data: Uint8Array.of(1, 2, 3, 4, 5, 255),
      shape: [2, 3],
    });
    expect(parseIdx(file(0x09, [2], [0xff, 0x7f])).data).toEqual(Int8Array.of(-1, 127));
    expect(parseIdx(file(0x0b, [2], [0x01, 0x02, 0xff, 0xfe])).data).toEqual(Int16Array.of(0x0102, -2));
    expect(parseIdx(file(0x0c, [1], [0x12, 0x34, 0x56, 0x78])).data).toEqual(Int32Array.of(0x12345678));
    expect(parseIdx(file(0x0d, [1], [0x3f, 0xc0, 0, 0])).data).toEqual(Float32Array.of(1.5));
    expect(parseIdx(file(0x0e, [1], [0xc0, 0x04, 0, 0, 0, 0, 0, 0])).data).toEqual(Float64Array.of(-2.5));
  });

  it('come back as they were written, compressed or not', async () => {
    await fc.assert(
      fc.asyncProperty(anyArray, async (array) => {
        const bytes = writeIdx(array);
        expect(parseIdx(bytes)).toEqual(array);
        expect(await readIdx(gzipSync(bytes))).toEqual(array);
      }),
      { numRuns: 200 },
    );
  });

  it('may begin anywhere in a buffer', () => {
    const bytes = writeIdx({ data: Int16Array.of(1, -2, 3), shape: [3] });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(parseIdx(shifted.subarray(3)).data).toEqual(Int16Array.of(1, -2, 3));
  });

  it('of any bytes give an array that fills its shape, or a FormatError', () => {
    const nearlyIdx = fc
      .tuple(fc.constantFrom(8, 9, 11, 12, 13, 14), fc.integer({ min: 1, max: 4 }), fc.uint8Array({ maxLength: 64 }))
      .map(([code, rank, rest]) => Uint8Array.of(0, 0, code, rank, ...rest));
    const small = fc.tuple(anyArray, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([array, at, value]) => {
      const bytes = writeIdx(array);
      bytes[at % bytes.length] = value;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), nearlyIdx, small), (bytes) => {
        let array: IdxArray;
        try {
          array = parseIdx(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          return;
        }
        expect(array.data.length).toBe(array.shape.reduce((product, size) => product * size, 1));
        expect(array.data.byteLength).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('of damaged gzip data give a FormatError', async () => {
    const whole = gzipSync(writeIdx({ data: new Uint8Array(500).map((_, i) => (i * i) % 251), shape: [500] }));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: whole.length - 1 }), async (length) => {
        await expect(readIdx(whole.subarray(0, length), 'cut.gz')).rejects.toThrow(FormatError);
      }),
      { numRuns: 50 },
    );
    const flipped = Uint8Array.from(whole);
    flipped[flipped.length - 12]! ^= 0xff;
    await expect(readIdx(flipped, 'flipped.gz')).rejects.toThrow(FormatError);
  });

  it('stop decompressing when more comes out than the header declares', async () => {
    const bomb = new Uint8Array(64 * 1024 * 1024);
    bomb.set(file(0x08, [10], []));
    const compressed = gzipSync(bomb);
    const before = process.memoryUsage().arrayBuffers;
    await expect(readIdx(compressed, 'bomb.gz')).rejects.toThrow(
      'bomb.gz: the header declares [10], which takes 18 bytes in all; the file is longer.',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});

describe('messages', () => {
  const message = (bytes: Uint8Array): string => {
    try {
      parseIdx(bytes, 'labels.idx');
    } catch (error) {
      return String(error);
    }
    throw new Error('nothing was thrown');
  };

  it('name the file and what is wrong with it', () => {
    const messages = [
      message(Uint8Array.of(0, 0)),
      message(file(0x08, [1], [7], [0x89, 0x50])),
      message(file(0x0a, [1], [7])),
      message(file(0x08, [], [])),
      message(Uint8Array.of(0, 0, 8, 200, 1, 2, 3, 4)),
      message(file(0x0e, Array(255).fill(0xffffffff), [])),
      message(file(0x0d, [0xffffffff, 0xff], [])),
      message(file(0x08, [3], [1, 2])),
      message(file(0x08, [3], [1, 2, 3, 4])),
    ];
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "FormatError: labels.idx: 2 bytes are too few for an IDX file, whose header alone takes 8.
      FormatError: labels.idx: not an IDX file: it begins with 89 50, IDX with 00 00.
      FormatError: labels.idx: element type 0a is not one of IDX's (08, 09, 0b, 0c, 0d, 0e).
      FormatError: labels.idx: the header declares no axes; IDX data has at least one.
      FormatError: labels.idx: the header declares 200 axes, which takes 804 bytes; the file ends after 8.
      FormatError: labels.idx: the 255 axes it declares hold more elements than any file.
      FormatError: labels.idx: the header declares [4294967295, 255], which takes 4380866640912 bytes in all; the file has 12. It may be cut off or not what its name says: fetch it again.
      FormatError: labels.idx: the header declares [3], which takes 11 bytes in all; the file has 10. It may be cut off or not what its name says: fetch it again.
      FormatError: labels.idx: the header declares [3], which takes 11 bytes in all; the file has 12. It may be cut off or not what its name says: fetch it again."
    `);
  });

  it('of writing say what does not fit', () => {
    expect(() => writeIdx({ data: Uint8Array.of(1, 2), shape: [3] })).toThrow('2 values do not fill [3]');
    expect(() => writeIdx({ data: Uint8Array.of(1), shape: [] })).toThrow('[] is no IDX shape');
    expect(() => writeIdx({ data: new Uint32Array(1) as unknown as Int32Array, shape: [1] })).toThrow('Uint32Array');
  });
});
