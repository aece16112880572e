// Bytes against the protobuf encoding by hand, and against hostile files.
import { FormatError } from '@nablajs/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readModel, writeModel } from '../../src/index.ts';
import { decodeMessage, encodeMessage } from '../../src/proto/wire.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('messages', () => {
  test('are written as protobuf says', () => {
    const node = encodeMessage('NodeProto', {
      input: ['x', 'y'],
      output: ['z'],
      opType: 'Add',
      attribute: [{ name: 'a', type: 2, i: -1n }],
    });
    // Tags are number * 8 + wire type; -1 is ten bytes; the attribute has 3 + 11 + 3 bytes.
    expect(hex(node)).toBe(hex(bytes('0a0178 0a0179 12017a 2203416464 2a11 0a0161 18ffffffffffffffffff01 a00102')));
    expect(hex(encodeMessage('AttributeProto', { f: 1.5, floats: [1, 2] }))).toBe(
      hex(bytes('150000c03f 3a08 0000803f 00000040')),
    );
    expect(hex(encodeMessage('TensorProto', { dims: [2n, 300n], dataType: 1, rawData: bytes('0102') }))).toBe(
      hex(bytes('0a03 02ac02 1001 4a020102')),
    );
  });

  test('repeated numbers are read packed and one by one', () => {
    expect(decodeMessage('TensorProto', bytes('0a03 02ac02')).dims).toEqual([2n, 300n]);
    expect(decodeMessage('TensorProto', bytes('0802 08ac02')).dims).toEqual([2n, 300n]);
    expect(decodeMessage('AttributeProto', bytes('3d0000803f 3a0400000040')).floats).toEqual([1, 2]);
  });

  test('unknown fields are skipped, and what is absent is empty or undefined', () => {
    // Field 99 as a number, as text, and as eight bytes.
    const node = decodeMessage('NodeProto', bytes('980601 9a0601ff 9906 0102030405060708 2203456c75'));
    expect(node.opType).toBe('Elu');
    expect(node.input).toEqual([]);
    expect(node.name).toBeUndefined();
  });

  test('byte fields are views of the file', () => {
    const file = encodeMessage('TensorProto', { rawData: new Uint8Array(100).fill(7) });
    const { rawData } = decodeMessage('TensorProto', file);
    expect(rawData!.buffer).toBe(file.buffer);
  });

  test('survive a round trip', () => {
    const text = fc.string();
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const attribute = fc.record({
      name: text,
      i: int64,
      f: fc.float({ noNaN: true }),
      ints: fc.array(int64),
      floats: fc.array(fc.float({ noNaN: true })),
      strings: fc.array(fc.uint8Array()),
    });
    fc.assert(
      fc.property(
        fc.array(fc.record({ opType: text, input: fc.array(text), attribute: fc.array(attribute) })),
        (node) => {
          const { graph } = readModel(writeModel({ name: 'g', node }));
          expect(graph.node.map(({ opType, input }) => ({ opType, input }))).toEqual(
            node.map(({ opType, input }) => ({ opType, input })),
          );
          graph.node.forEach((read, i) => {
            read.attribute.forEach((found, k) => {
              const { strings, ...rest } = node[i]!.attribute[k]!;
              expect(found).toMatchObject(rest);
              expect(found.strings.map((value) => [...value])).toEqual(strings.map((value) => [...value]));
            });
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('files that are none', () => {
  const model = writeModel({
    name: 'graph',
    node: [
      { opType: 'Conv', name: 'conv', input: ['x', 'w'], output: ['y'], attribute: [{ name: 'pads', ints: [1n, 1n] }] },
    ],
    initializer: [{ name: 'w', dims: [1n, 1n, 3n], dataType: 1, rawData: new Uint8Array(12) }],
    input: [
      { name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 1n }, { dimParam: 'n' }] } } } },
    ],
  });

  /** Reads; anything but success or a FormatError fails the test. */
  function readsOrRefuses(file: Uint8Array): boolean {
    try {
      readModel(file);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(FormatError);
      return false;
    }
  }

  test('every truncation is refused or is a model by itself', () => {
    for (let length = 0; length < model.length; length++) readsOrRefuses(model.slice(0, length));
    expect(readsOrRefuses(model.slice(0, model.length - 1))).toBe(false);
    expect(readsOrRefuses(new Uint8Array())).toBe(false);
  });

  test('2,000 damaged files end in FormatError or in a model', () => {
    const change = fc.tuple(fc.nat(model.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const file = model.slice();
        for (const [at, value] of changes) file[at] = value;
        readsOrRefuses(file);
      }),
      { numRuns: 2000 },
    );
  });

  test('1,000 files of noise end in FormatError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (file) => {
        readsOrRefuses(file);
      }),
      { numRuns: 1000 },
    );
  });

  test('lengths beyond the file and nesting without end are refused in words', () => {
    expect(() => readModel(bytes('3aff7f 00'))).toThrow(
      /field graph claims 16383 bytes where 1 are left. Is the file complete\?/,
    );
    // Attribute 6 is a graph, whose nodes have attributes, and so on.
    let inner = new Uint8Array();
    for (let depth = 0; depth < 200; depth++) {
      const name = (['GraphProto', 'AttributeProto', 'NodeProto'] as const)[depth % 3]!;
      const wrapped = { GraphProto: 1, AttributeProto: 6, NodeProto: 5 }[name];
      inner = new Uint8Array([wrapped * 8 + 2, ...varint(inner.length), ...inner]);
    }
    expect(() => decodeMessage('AttributeProto', inner)).toThrow(
      /nested deeper than 100|wire type|does not end|claims/,
    );
    expect(() => readModel(bytes('0808'))).toThrow(/without a graph/);
  });
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
