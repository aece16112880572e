import { checkGradients } from '@nablajs/autograd';
import { tensor } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { type ActivationLike, type ActivationName, activationFrom, PReLU, ReLU } from '../src/index.ts';
import { onReference, sampleOf } from './kit.ts';

onReference();

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));
const clip = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * Math.expm1(x));
const POINTS = [-7, -2.5, -1, -0.3, 0, 0.3, 1, 2.5, 7];

const FORMULAS: Readonly<Partial<Record<ActivationName, (x: number) => number>>> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  sigmoid,
  tanh: Math.tanh,
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => elu(x, 1),
  selu: (x) => 1.0507009873554805 * elu(x, 1.6732632423543772),
  silu: (x) => x * sigmoid(x),
  swish: (x) => x * sigmoid(x),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
  hardSigmoid: (x) => clip(x / 6 + 0.5, 0, 1),
  hardSilu: (x) => x * clip(x / 6 + 0.5, 0, 1),
  hardSwish: (x) => x * clip(x / 6 + 0.5, 0, 1),
  hardTanh: (x) => clip(x, -1, 1),
  relu6: (x) => clip(x, 0, 6),
  celu: (x) => elu(x, 1),
  mish: (x) => x * Math.tanh(softplus(x)),
  logSigmoid: (x) => Math.log(sigmoid(x)),
  hardShrink: (x) => (Math.abs(x) > 0.5 ? x : 0),
  softShrink: (x) => Math.sign(x) * Math.max(0, Math.abs(x) - 0.5),
  tanhShrink: (x) => x - Math.tanh(x),
  squareplus: (x) => (x + Math.sqrt(x * x + 4)) / 2,
  sparsePlus: (x) => (x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x),
  sparseSigmoid: (x) => clip((x + 1) / 2, 0, 1),
};
const CASES: readonly [string, ActivationLike, (x: number) => number][] = [
  ...Object.entries(FORMULAS).map(([name, f]): [string, string, (x: number) => number] => [name, name, f]),
  ['leakyRelu 0.1', { type: 'leakyRelu', config: { negativeSlope: 0.1 } }, (x) => (x > 0 ? x : 0.1 * x)],
  ['elu 2', { type: 'elu', config: { alpha: 2 } }, (x) => elu(x, 2)],
  ['relu with limits', { type: 'relu', config: { maxValue: 2, negativeSlope: 0.5, threshold: 1 } }, limited],
  ['threshold', { type: 'threshold', config: { threshold: 1, value: -3 } }, (x) => (x > 1 ? x : -3)],
];

function limited(x: number): number {
  return x > 1 ? Math.min(x, 2) : 0.5 * (x - 1);
}

test.each(CASES)('%s follows its formula', async (_, like, formula) => {
  const y = await activationFrom(like)(tensor(POINTS)).data();
  for (const [i, x] of POINTS.entries()) {
    const expected = formula(x);
    expect(Math.abs(y[i]! - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected)));
  }
  await checkGradients(activationFrom(like), [tensor([-2.3, -0.7, -0.2, 0.2, 0.7, 2.3])]);
});

test('gelu, exact and approximate', async () => {
  const x = tensor([-1, 0, 1, 2]);
  const exact = await activationFrom('gelu')(x).data();
  const approximate = await activationFrom({ type: 'gelu', config: { approximate: true } })(x).data();
  // x times the standard normal distribution function: 0.158655, 0.841345, 0.977250 at -1, 1, 2.
  for (const [i, value] of [-0.158655, 0, 0.841345, 1.9545].entries()) {
    expect(exact[i]).toBeCloseTo(value, 5);
    expect(approximate[i]).toBeCloseTo(value, 3);
  }
});

test('along an axis: softmax, logSoftmax, sparsemax, glu', async () => {
  const x = tensor([
    [1, 2],
    [3, 5],
  ]);
  const columns = await activationFrom({ type: 'softmax', config: { axis: 0 } })(x).data();
  for (const [i, value] of [0.119203, 0.047426, 0.880797, 0.952574].entries()) expect(columns[i]).toBeCloseTo(value, 5);
  const logs = await activationFrom('logSoftmax')(x).data();
  expect(logs[0]).toBeCloseTo(-1.313262, 5);
  expect(await activationFrom('sparsemax')(x).array()).toEqual([
    [0, 1],
    [0, 1],
  ]);
  const gated = await activationFrom('glu')(x).data();
  for (const [i, value] of [1 * sigmoid(2), 3 * sigmoid(5)].entries()) expect(gated[i]).toBeCloseTo(value, 5);
});

test('null means linear', async () => {
  expect(await activationFrom(null)(tensor([-1, 2])).array()).toEqual([-1, 2]);
});

test('ReLU as in Keras: limit, slope and threshold', async () => {
  const y = await new ReLU({ maxValue: 2, negativeSlope: 0.5, threshold: 1 }).apply(tensor([POINTS])).data();
  for (const [i, x] of POINTS.entries()) expect(y[i]).toBeCloseTo(limited(x), 5);
});

test('PReLU: slopes per element, or shared', async () => {
  const layer = new PReLU({ alphaInitializer: { type: 'Constant', config: { value: 0.5 } } });
  expect(await layer.apply(tensor([[-2, 4]])).array()).toEqual([[-1, 4]]);
  expect(layer.weights[0]!.shape).toEqual([2]);
  const shared = new PReLU({ sharedAxes: [1] });
  shared.apply(sampleOf([2, 3, 4]));
  expect(shared.weights[0]!.shape).toEqual([1, 4]);
  expect(shared.apply(sampleOf([1, 7, 4])).shape).toEqual([1, 7, 4]);
});
