import { reference } from '@nablajs/backend-reference';
import { formatGraph, inScope, setBackend, tensor, toDot, variable } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

test('toDot draws each op once, with shapes and layers, and arrows from operands to users', () => {
  const x = tensor([1, 2]);
  const h = inScope('"dense" (Dense)', () => x.mul(x));
  const y = h.add(h.sum());
  expect(toDot(y).split('\n')).toEqual([
    'digraph {',
    '  rankdir=LR;',
    '  n0 [shape=ellipse, label="value\\nfloat32[2]"];',
    '  n1 [shape=box, label="mul\\nfloat32[2]\\n\\"dense\\" (Dense)"];',
    '  n0 -> n1;',
    '  n0 -> n1;',
    '  n2 [shape=box, label="sum\\nfloat32[]"];',
    '  n1 -> n2;',
    '  n3 [shape=box, label="add\\nfloat32[2]"];',
    '  n1 -> n3;',
    '  n2 -> n3;',
    '}',
  ]);
});

test('toDot of a variable holding given data is its value', () => {
  expect(toDot(variable(tensor([1])).value)).toContain('label="value\\nfloat32[1]"');
});

test('formatGraph lists inputs, constants, instructions and outputs by number', () => {
  const spec = { shape: [2], dtype: 'float32' } as const;
  const text = formatGraph(
    {
      inputs: [spec, spec],
      constants: [{ spec, data: Float32Array.of(1, 2) }],
      code: [{ op: 'add', operands: [0, 2], attrs: {}, spec, path: '"dense" (Dense)' }],
      outputs: [3, 1],
      donated: [1],
    },
    ['argument [0]', 'kernel'],
  );
  expect(text.split('\n')).toEqual([
    '%0 = input float32[2]  argument [0]',
    '%1 = input float32[2]  kernel (updated in place)',
    '%2 = constant float32[2]',
    '%3 = add(%0, %2) float32[2]  in "dense" (Dense)',
    'return %3, %1',
  ]);
});

test('printing a tensor never computes', async () => {
  const x = tensor([1, 2]).add(1);
  expect(String(x)).toBe('Tensor(float32[2], add)');
  expect(x.node.isLeaf).toBe(false);
  await x.data();
  expect(String(x)).toBe('Tensor(float32[2])');
});
