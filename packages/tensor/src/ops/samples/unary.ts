import type { Sample } from '../../op.ts';
import type { NoAttrs } from '../elementwise/define.ts';

const SPECIAL: Sample<NoAttrs> = {
  inputs: [{ shape: [7], values: [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }],
  attrs: {},
  gradient: false,
  note: 'special values',
};

function smooth(low: number, high: number): readonly Sample<NoAttrs>[] {
  return [
    { inputs: [{ shape: [3, 5], range: [low, high] }], attrs: {} },
    { inputs: [{ shape: [], range: [low, high] }], attrs: {} },
    { inputs: [[0, 4]], attrs: {} },
    { inputs: [{ shape: [67], range: [low, high] }], attrs: {} },
    SPECIAL,
  ];
}

const INTEGERS: Sample<NoAttrs> = {
  inputs: [{ shape: [9], dtype: 'int32', range: [-5, 5] }],
  attrs: {},
  gradient: false,
};

function stepped(): readonly Sample<NoAttrs>[] {
  const values = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -0.2, 3.7, 1e10];
  return [{ inputs: [{ shape: [9], values }], attrs: {}, gradient: false }, SPECIAL, { inputs: [[0]], attrs: {} }];
}

/** Calls that ops of unary.ts are tested with. */
export const unarySamples: Readonly<Record<string, readonly Sample<NoAttrs>[]>> = {
  neg: [...smooth(-2, 2), INTEGERS],
  abs: [...smooth(0.2, 2), INTEGERS],
  sign: [...stepped(), INTEGERS],
  exp: smooth(-3, 3),
  expm1: [...smooth(-3, 3), { inputs: [{ shape: [5], values: [1e-6, -1e-6, 1e-3, 0.3, -0.3] }], attrs: {} }],
  log: smooth(0.3, 4),
  log1p: [...smooth(-0.6, 3), { inputs: [{ shape: [5], values: [1e-6, -1e-6, 1e-3, 0.3, -0.3] }], attrs: {} }],
  sqrt: smooth(0.3, 4),
  sin: smooth(-6, 6),
  cos: smooth(-6, 6),
  tanh: smooth(-3, 3),
  erf: smooth(-3, 3),
  floor: stepped(),
  ceil: stepped(),
  round: stepped(),
  isNaN: stepped(),
  sigmoid: smooth(-4, 4),
  relu: [...smooth(0.2, 2), { inputs: [{ shape: [4, 3], range: [-2, -0.2] }], attrs: {} }],
};
