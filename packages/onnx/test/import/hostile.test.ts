// Files that lie. Every one is refused with a FormatError, or an UnsupportedOpError for what merely is not supported.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FormatError, NablaError } from '@nablajs/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkModel, type Draft, importedOperators, importOnnx, readOnnx } from '../../src/index.ts';
import { floats, input, integers, modelBytes, type NodeLine } from '../draft.ts';

const NODES: readonly NodeLine[] = [
  ['Conv', ['x', 'w'], ['c'], { pads: [1, 1, 1, 1] }],
  ['Relu', ['c'], ['r']],
  ['Reshape', ['r', 's'], ['f']],
  ['Gemm', ['f', 'm'], ['y'], { alpha: { float: 0.5 } }],
];
const STORED = [floats('w', [2, 1, 3, 3]), integers('s', [0, -1]), floats('m', [32, 3])];
const good = modelBytes({ inputs: { x: input('x', ['n', 1, 4, 4]) }, outputs: ['y'], nodes: NODES, stored: STORED });

function withNodes(nodes: readonly NodeLine[], stored: readonly Draft<'TensorProto'>[] = STORED): Uint8Array {
  return modelBytes({ inputs: { x: input('x', [1, 1, 4, 4]) }, outputs: ['y'], nodes, stored });
}

/** Whatever happens is an error of ours, and soon. */
function requireTyped(bytes: Uint8Array): void {
  checkModel(bytes);
  try {
    importOnnx(bytes);
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
  }
}

describe('a damaged file', () => {
  it('is refused wherever it was cut off', () => {
    expect(importOnnx(good).countParams()).toBe(18 + 96);
    for (let length = 0; length < good.length; length++) {
      expect(() => importOnnx(good.subarray(0, length)), `${length} bytes`).toThrow(FormatError);
    }
  });

  it('never breaks anything when bytes are changed (1,500 cases)', () => {
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(changes, (list) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of list) bytes[at] = value;
        requireTyped(bytes);
      }),
      { numRuns: 1500, seed: 11 },
    );
  });

  it('never breaks anything when bytes are made up, cut out or doubled (1,500 cases)', () => {
    const span = fc.tuple(fc.nat(good.length), fc.nat(good.length));
    const spliced = span.map(([a, b]) => Uint8Array.from([...good.subarray(0, a), ...good.subarray(b)]));
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), spliced), requireTyped), {
      numRuns: 1500,
      seed: 12,
    });
  });
});

describe('operators called in any way', () => {
  const stored = [
    floats('w', [2, 1, 3, 3]),
    floats('m', [4, 3]),
    floats('v', [3]),
    floats('n', [], [2]),
    integers('i', [1, 0]),
    integers('z', [0], []),
    integers('minus', [-1, 5, -7]),
    integers('none', []),
    integers('huge', [2 ** 31 - 1, 2 ** 31 - 1]),
  ];
  const operand = fc.constantFrom('x', 'w', 'm', 'v', 'n', 'i', 'z', 'minus', 'none', 'huge', '');
  const name = fc.constantFrom(
    ...['axis', 'axes', 'perm', 'pads', 'strides', 'dilations', 'kernel_shape', 'group', 'to', 'auto_pad', 'mode'],
    ...['keepdims', 'blocksize', 'num_outputs', 'split', 'ceil_mode', 'count_include_pad', 'output_shape', 'size'],
    ...['output_padding', 'num_groups', 'batch_dims', 'k', 'reduction', 'shape', 'value', 'value_ints', 'scales', 'p'],
    ...['starts', 'ends', 'steps', 'coordinate_transformation_mode', 'epsilon', 'training_mode', 'alpha', 'largest'],
  );
  const value = fc.oneof(
    fc.integer({ min: -3, max: 9 }),
    fc.array(fc.integer({ min: -2, max: 5 }), { maxLength: 8 }),
    fc.array(fc.constantFrom(0, 1, 2, 2 ** 31 - 1, -(2 ** 31)), { maxLength: 8 }),
    fc.constantFrom('SAME_UPPER', 'reflect', 'cubic', 'align_corners', 'add', 'linear', ''),
    fc.float({ noNaN: true }).map((float) => ({ float })),
    fc.array(fc.float({ min: 0, max: 3, noNaN: true }), { maxLength: 4 }).map((list) => ({ floats: list })),
    fc.constantFrom(-(2 ** 53) + 1, 2 ** 31 - 1).map((integer) => integer),
  );
  const node = fc.record({
    op: fc.constantFrom(...importedOperators),
    operands: fc.array(operand, { maxLength: 6 }),
    attributes: fc.dictionary(name, value, { maxKeys: 5 }),
    opset: fc.constantFrom(7, 9, 11, 13, 18, 22),
    shape: fc.constantFrom([1, 1, 4, 4], [2, 3], [5], [], [1, 2, 3], [0, 3]),
    outputs: fc.integer({ min: 1, max: 3 }),
  });

  it('give a result or an error of ours (3,000 cases)', () => {
    fc.assert(
      fc.property(node, ({ op, operands, attributes, opset, shape, outputs }) => {
        const results = ['y', 'y2', 'y3'].slice(0, outputs);
        const lines: NodeLine[] = [[op, operands, results, attributes]];
        requireTyped(modelBytes({ inputs: { x: input('x', shape) }, outputs: ['y'], nodes: lines, stored, opset }));
      }),
      { numRuns: 3000, seed: 14 },
    );
  });
});

describe('a graph that contradicts itself', () => {
  const cases: Readonly<Record<string, Uint8Array>> = {
    'a cycle': withNodes([
      ['Add', ['x', 'b'], ['a']],
      ['Relu', ['a'], ['b']],
      ['Relu', ['b'], ['y']],
    ]),
    'a node that feeds itself': withNodes([['Add', ['x', 'y'], ['y']]]),
    'an operand from nowhere': withNodes([['Add', ['x', 'nothing'], ['y']]]),
    'an output from nowhere': withNodes([['Relu', ['x'], ['z']]]),
    'a name made twice': withNodes([
      ['Relu', ['x'], ['y']],
      ['Relu', ['x'], ['y']],
    ]),
    'a missing operand': withNodes([['Conv', ['x'], ['y']]]),
    'operands that do not fit': withNodes([['Gemm', ['x', 'm'], ['y']]]),
    'an axis that does not exist': withNodes([['Concat', ['x', 'x'], ['y'], { axis: 7 }]]),
    'a shape that depends on the data': withNodes([['Reshape', ['m', 'x'], ['y']]]),
    'a step of 0': withNodes(
      [['Slice', ['x', 's', 'e', 'a', 'z'], ['y']]],
      [integers('s', [0]), integers('e', [1]), integers('a', [0]), integers('z', [0])],
    ),
    'a gigantic result': withNodes([['Tile', ['x', 'n'], ['y']]], [integers('n', [1000, 1000, 1000, 1000])]),
    'a gigantic constant': withNodes([['ConstantOfShape', ['n'], ['y']]], [integers('n', [2 ** 31 - 1, 2 ** 31 - 1])]),
    'a gigantic shape computed on the way': withNodes(
      [
        ['ConstantOfShape', ['n'], ['c']],
        ['Cast', ['c'], ['s'], { to: 7 }],
        ['Reshape', ['x', 's'], ['y']],
      ],
      [integers('n', [1_000_000_000])],
    ),
    'data shorter than the shape': withNodes(NODES, [{ ...floats('w', [1]), dims: [2n, 1n, 3n, 3n] }]),
    'a shape larger than anything': withNodes(NODES, [{ ...floats('w', [1]), dims: [2n ** 40n, 2n ** 40n] }]),
    'a negative size': withNodes(NODES, [{ ...floats('w', [1]), dims: [-1n] }]),
    'an element type that is none': withNodes(NODES, [{ ...floats('w', [1]), dataType: 99 }]),
  };

  it.each(Object.entries(cases))('%s is a FormatError', (_, bytes) => {
    expect(() => importOnnx(bytes)).toThrow(FormatError);
  });

  it('is found by checkModel where it is a matter of structure', () => {
    // Tests leave the shapes of results open.
    expect(checkModel(good)).toEqual(["'y' has no shape."]);
    const problems = (name: string): number => checkModel(cases[name]!).length;
    const structural = [
      'a cycle',
      'an operand from nowhere',
      'an output from nowhere',
      'a name made twice',
      'a negative size',
    ];
    for (const name of structural) expect(problems(name), name).toBeGreaterThan(1);
  });

  it('is computed however deep it is', () => {
    const chain = Array.from(
      { length: 20_000 },
      (_, i): NodeLine => ['Relu', [i === 0 ? 'x' : `v${i}`], [`v${i + 1}`]],
    );
    expect(readOnnx(modelBytes({ inputs: { x: input('x', [1]) }, outputs: ['v20000'], nodes: chain })).outputs).toEqual(
      ['v20000'],
    );
  });
});

describe('external data', () => {
  const root = mkdtempSync(join(tmpdir(), 'nabla-onnx-'));
  const folder = join(root, 'model');
  const secret = new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer);

  beforeAll(() => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(root, 'secret.bin'), secret);
    writeFileSync(join(folder, 'weights.bin'), secret);
    writeFileSync(join(folder, 'sub', 'weights.bin'), secret);
    symlinkSync(join(root, 'secret.bin'), join(folder, 'link.bin'));
    symlinkSync(root, join(folder, 'up'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  function fileNaming(location: string, offset = '0', length = '16'): Uint8Array {
    const externalData = Object.entries({ location, offset, length }).map(([key, value]) => ({ key, value }));
    const w: Draft<'TensorProto'> = { name: 'w', dims: [4n], dataType: 1, dataLocation: 1, externalData };
    return modelBytes({
      inputs: { x: input('x', ['n', 4]) },
      outputs: ['y'],
      nodes: [['Mul', ['x', 'w'], ['y']]],
      stored: [w],
    });
  }

  it.each(['weights.bin', 'sub/weights.bin', './weights.bin'])('%s is read from the folder', (location) => {
    expect(importOnnx(fileNaming(location), { folder }).countParams()).toBe(4);
  });

  it.each([
    '../secret.bin',
    'sub/../../secret.bin',
    '..\\secret.bin',
    'link.bin',
    'up/secret.bin',
    join(root, 'secret.bin'),
    'C:\\secret.bin',
    '\\\\server\\secret.bin',
    '',
    'weights.bin\0.txt',
  ])('%j is not read', (location) => {
    expect(() => importOnnx(fileNaming(location), { folder })).toThrow(FormatError);
  });

  it.each([
    ['8', '16'],
    ['-1', '16'],
    ['0', '12'],
    ['99999999999999999999', '16'],
    ['zero', '16'],
  ])('offset %s and length %s are refused', (offset, length) => {
    expect(() => importOnnx(fileNaming('weights.bin', offset, length), { folder })).toThrow(FormatError);
  });

  it('never leaves the folder, whatever it is told (500 cases)', () => {
    const part = fc.constantFrom('..', '.', 'sub', 'up', 'secret.bin', '/', '\\', 'link.bin', '%2e%2e', '~');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('/', '\\', ''),
        (parts, separator) => {
          expect(() => importOnnx(fileNaming(parts.join(separator)), { folder })).toThrow(NablaError);
        },
      ),
      { numRuns: 500, seed: 13 },
    );
  });
});
