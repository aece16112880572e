// Against the definition: a loop over every assignment of indices.
import { checkGradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import { beforeAll, expect, test } from 'vitest';
import { einsum, fromData, type Shape, setBackend, type Tensor, zeros } from '../../src/index.ts';

beforeAll(() => setBackend(reference()));

function operand(shape: Shape, phase: number): { x: Tensor; data: Float32Array } {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + phase));
  return { x: fromData(data, shape), data };
}

/** The sum over all indices of the products, by brute force; every axis has a letter here. */
function naive(
  inputs: readonly string[],
  output: string,
  shapes: readonly Shape[],
  datas: readonly Float32Array[],
): number[] {
  const sizes = new Map(
    inputs.flatMap((letters, i) => [...letters].map((letter, axis) => [letter, shapes[i]![axis]!])),
  );
  const letters = [...sizes.keys()];
  const offset = (word: string, at: ReadonlyMap<string, number>): number =>
    [...word].reduce((sum, letter) => sum * sizes.get(letter)! + at.get(letter)!, 0);
  const out = new Array<number>([...output].reduce((size, letter) => size * sizes.get(letter)!, 1)).fill(0);
  const walk = (depth: number, at: Map<string, number>): void => {
    if (depth === letters.length) {
      out[offset(output, at)]! += inputs.reduce((value, word, i) => value * datas[i]![offset(word, at)]!, 1);
      return;
    }
    const letter = letters[depth]!;
    for (let i = 0; i < sizes.get(letter)!; i++) walk(depth + 1, new Map(at).set(letter, i));
  };
  walk(0, new Map());
  return out;
}

async function expectClose(found: Tensor, expected: readonly number[]): Promise<void> {
  const data = await found.data();
  expect(data.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 5);
}

test.each<readonly [string, readonly Shape[]]>([
  [
    'ij,jk->ik',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    'ij,jk->ki',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  [
    'bij,bjk->bik',
    [
      [2, 3, 4],
      [2, 4, 2],
    ],
  ],
  [
    'abc,cde->abde',
    [
      [2, 3, 4],
      [4, 2, 3],
    ],
  ],
  [
    'btnh,bfnh->bnft',
    [
      [2, 3, 2, 4],
      [2, 2, 2, 4],
    ],
  ],
  [
    'bnft,btnh->bfnh',
    [
      [2, 2, 3, 2],
      [2, 2, 2, 4],
    ],
  ],
  ['i,j->ij', [[3], [4]]],
  [
    'ij,ij->',
    [
      [2, 3],
      [2, 3],
    ],
  ],
  ['ijk,k->j', [[2, 3, 4], [4]]],
  ['ij->ji', [[2, 3]]],
  ['ijk->j', [[2, 3, 4]]],
  [
    'bi,oij,bj->bo',
    [
      [2, 3],
      [2, 3, 4],
      [2, 4],
    ],
  ],
  [
    'ab,bc,cd->ad',
    [
      [2, 3],
      [3, 2],
      [2, 4],
    ],
  ],
  [
    'ij,jk',
    [
      [2, 3],
      [3, 4],
    ],
  ],
  ['ba', [[2, 3]]],
])('%s', async (equation, shapes) => {
  const operands = shapes.map((shape, i) => operand(shape, i));
  const [inputs, output] = equation.split('->') as [string, string | undefined];
  // Without an arrow: letters that occur once, in order.
  const once = [...inputs.replace(',', '')].filter(
    (letter, _, all) => all.filter((other) => other === letter).length === 1,
  );
  const datas = operands.map(({ data }) => data);
  const expected = naive(inputs.split(','), output ?? once.sort().join(''), shapes, datas);
  await expectClose(einsum(equation, ...operands.map(({ x }) => x)), expected);
  await checkGradients(
    (...xs) => einsum(equation, ...xs),
    operands.map(({ x }) => x),
  );
});

test('dots stand for axes at the front, in the middle and at the end, and broadcast', async () => {
  const [a, b] = [operand([2, 3, 4], 0), operand([4, 5], 1)];
  const product = naive(
    ['xyz', 'zw'],
    'xyw',
    [
      [2, 3, 4],
      [4, 5],
    ],
    [a.data, b.data],
  );
  await expectClose(einsum('...z,zw->...w', a.x, b.x), product);
  await expectClose(einsum('z...,zw->w...', a.x.transpose([2, 0, 1]), b.x).transpose([1, 2, 0]), product);
  await expectClose(einsum('...z,zw', a.x, b.x), product);
  const one = operand([1, 4, 5], 2);
  const stretched = einsum('...ij,...jk->...ik', a.x, one.x.broadcastTo([2, 4, 5]));
  await expectClose(einsum('...ij,...jk->...ik', a.x, one.x), [...(await stretched.data())]);
});

test('formulas that cannot be', () => {
  const [a, b] = [zeros([2, 3]), zeros([4, 2])];
  expect(() => einsum('ij,jk->ik', a, b)).toThrow(/axis 'j' of 'ij,jk->ik' has size 3 in one operand and 4/);
  expect(() => einsum('ij->ik', a)).toThrow(/names 'k', which no operand has/);
  expect(() => einsum('ij->ii', a)).toThrow(/names an axis twice/);
  expect(() => einsum('ii->i', zeros([2, 2]))).toThrow(/Take the diagonal/);
  expect(() => einsum('ijk->i', a)).toThrow(/names 3 axes, its operand \[2, 3\] has 2/);
  expect(() => einsum('ij,jk->ik', a)).toThrow(/cannot read/);
  expect(() => einsum('i1->i', a)).toThrow(/cannot read/);
});

test('axes under dots stretch whether the result has them or not', async () => {
  const ones = (shape: Shape): Tensor => zeros(shape).add(1);
  expect(await einsum('...i,...i->', ones([4, 3]), ones([1, 3])).item()).toBe(12);
  expect(await einsum('...i,...i->i', ones([1, 3]), ones([4, 3])).array()).toEqual([4, 4, 4]);
  expect(await einsum('...i,...i,...i->', ones([1, 3]), ones([4, 3]), ones([3])).item()).toBe(12);
  expect(einsum('...i,...i->...', ones([0, 3]), ones([1, 3])).shape).toEqual([0]);
  expect(await einsum('...i,...i->i', ones([0, 3]), ones([1, 3])).array()).toEqual([0, 0, 0]);
});
