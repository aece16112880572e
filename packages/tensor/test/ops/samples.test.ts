import { compositeOps, defineOp, primitiveOps } from '@nablajs/tensor';
import { samplesOf } from '@nablajs/tensor/samples';
import { expect, test } from 'vitest';

test('every op has samples', () => {
  const without = [...primitiveOps, ...compositeOps].filter((op) => samplesOf(op).length === 0);
  expect(without.map(({ definition }) => definition.name)).toEqual([]);
});

test('an op of another package brings its own', () => {
  const samples = [{ inputs: [[3]], attrs: {} }];
  expect(samplesOf(defineOp({ name: 'acme/same', infer: ([x]) => x!, samples }))).toBe(samples);
  expect(samplesOf(defineOp({ name: 'acme/other', infer: ([x]) => x! }))).toEqual([]);
});
