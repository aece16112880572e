import { FormatError, type HostArray } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../src/files/crc32.ts';
import { readSafetensors, writeSafetensors } from '../src/files/safetensors.ts';

function file(header: string | object, data = new Uint8Array(0), claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const sample = writeSafetensors({
  metadata: { format: 'test' },
  tensors: new Map([
    [
      'a',
      { dtype: 'float32' as const, shape: [2, 3], data: Float32Array.of(1, -2, 3.5, Number.NaN, 0, 6) as HostArray },
    ],
    ['b', { dtype: 'int32' as const, shape: [], data: Int32Array.of(-7) as HostArray }],
    ['empty', { dtype: 'float32' as const, shape: [0, 4], data: new Float32Array(0) as HostArray }],
    ['flags', { dtype: 'bool' as const, shape: [3], data: Uint8Array.of(1, 0, 1) as HostArray }],
  ]),
});

describe('safetensors', () => {
  test('what was written is read', () => {
    const { tensors, metadata } = readSafetensors(sample);
    expect(metadata).toEqual({ format: 'test' });
    expect([...tensors.keys()]).toEqual(['a', 'b', 'empty', 'flags']);
    expect(tensors.get('a')).toEqual({
      dtype: 'float32',
      shape: [2, 3],
      data: Float32Array.of(1, -2, 3.5, Number.NaN, 0, 6),
    });
    expect(tensors.get('flags')!.data).toEqual(Uint8Array.of(1, 0, 1));
  });

  test('the layout is the published one, byte by byte', () => {
    // Composed by hand from the format description.
    const json = '{"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    expect(json.length % 8).toBe(0);
    const expected = file(json, new Uint8Array(Float32Array.of(1.5).buffer));
    expect(
      writeSafetensors({
        metadata: {},
        tensors: new Map([['w', { dtype: 'float32', shape: [1], data: Float32Array.of(1.5) }]]),
      }),
    ).toEqual(expected);
  });

  test('half precision takes two bytes an element', () => {
    const json = '{"__metadata__":{},"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}';
    const bytes = file(json, Uint8Array.of(0x00, 0x3e, 0x01, 0x80));
    const data = Float32Array.of(1.5, -(2 ** -24));
    expect(readSafetensors(bytes).tensors.get('w')).toEqual({ dtype: 'float16', shape: [2], data });
    expect(
      writeSafetensors({ metadata: {}, tensors: new Map([['w', { dtype: 'float16', shape: [2], data }]]) }),
    ).toEqual(bytes);
  });

  test.each([
    ['a length beyond the file', file('{}', new Uint8Array(0), 2n ** 60n), /header claims/],
    ['no JSON', file('{"a":'), /not JSON/],
    ['a list', file('[]'), /not a JSON object/],
    ['deep nesting', file('['.repeat(10_000) + ']'.repeat(10_000)), /nested deeper/],
    ['an unknown dtype', file({ a: { dtype: 'F4', shape: [], data_offsets: [0, 0] } }), /dtype "F4"/],
    [
      'a dtype from the prototype',
      file({ a: { dtype: 'constructor', shape: [], data_offsets: [0, 0] } }),
      /dtype "constructor"/,
    ],
    [
      'a huge shape',
      file({ a: { dtype: 'F32', shape: [2 ** 31, 2 ** 31], data_offsets: [0, 4] } }, new Uint8Array(4)),
      /but has 4 bytes/,
    ],
    [
      'a shape that overflows to 0',
      file({ a: { dtype: 'F32', shape: [2 ** 32, 2 ** 32], data_offsets: [0, 0] } }),
      /but has 0 bytes/,
    ],
    [
      'a negative size',
      file({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4)),
      /whole numbers/,
    ],
    [
      'offsets beyond the data',
      file({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, new Uint8Array(4)),
      /claims bytes 0 to 8 of 4/,
    ],
    [
      'overlapping tensors',
      file(
        {
          a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
          b: { dtype: 'I32', shape: [1], data_offsets: [2, 6] },
        },
        new Uint8Array(6),
      ),
      /inside the tensor before it/,
    ],
    [
      'a hole',
      file({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, new Uint8Array(8)),
      /belong to no tensor/,
    ],
    ['bytes after the last tensor', file({}, new Uint8Array(5)), /belong to no tensor/],
    ['metadata that is no record of strings', file({ __metadata__: { a: 1 } }), /__metadata__/],
    ['nothing', new Uint8Array(3), /3 bytes/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(FormatError);
    expect(() => readSafetensors(bytes, 'model.safetensors')).toThrow(message);
  });

  test('cut and flipped files are refused or still whole', () => {
    fc.assert(
      fc.property(fc.nat(sample.length - 1), fc.nat(7), fc.boolean(), (at, bit, cut) => {
        const bytes = cut ? sample.slice(0, at) : sample.slice();
        if (!cut) bytes[at]! ^= 1 << bit;
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
        if (cut) expect(() => readSafetensors(bytes)).toThrow(FormatError);
      }),
      { numRuns: 2000 },
    );
  });

  test('arbitrary bytes never do worse than a FormatError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

test('crc32 of "123456789" is the published check value', () => {
  expect(crc32(new TextEncoder().encode('1234'), new TextEncoder().encode('56789'))).toBe(0xcbf43926);
});
