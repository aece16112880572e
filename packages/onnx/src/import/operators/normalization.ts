// Normalizations, and noise while training.
import { FormatError, randomBernoulli, type Tensor } from '@nablajs/tensor';
import { type Call, type OperatorTable, operator } from '../call.ts';
import { Value } from '../value.ts';

/** A list with one entry per channel, shaped to broadcast against a value where it lies. */
function perChannel(list: Tensor, x: Value): Tensor {
  return x.isLast || x.rank === 2 ? list : list.reshape([list.shape[0]!, ...new Array<number>(x.rank - 2).fill(1)]);
}

/**
 * With the statistics of the file, while training too: a few batches say less than what it was trained on. Where the file
 * itself asks for those of the batch, it gets them, and the moving ones as further results.
 */
function batchNormalization(call: Call): readonly (Value | Tensor)[] {
  const x = call.value(0);
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((i) => call.tensor(i)) as [Tensor, Tensor, Tensor, Tensor];
  const normalized = (middle: Tensor, spread: Tensor): Value => {
    const factor = scale.div(spread.add(call.attributes.real('epsilon', 1e-5)).sqrt());
    return x.map((y) => y.sub(perChannel(middle, x)).mul(perChannel(factor, x)).add(perChannel(offset, x)));
  };
  if (!call.attributes.flag('training_mode')) return [normalized(mean, variance)];
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  const kept = call.attributes.real('momentum', 0.9);
  const [middle, spread] = [x.tensor.mean(others), x.tensor.variance(others)];
  const moved = (old: Tensor, now: Tensor): Tensor => old.mul(kept).add(now.mul(1 - kept));
  return [normalized(middle, spread), moved(mean, middle), moved(variance, spread)];
}

function standardized(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centred = x.sub(x.mean(axes, { keepDims: true }));
  return centred.div(centred.square().mean(axes, { keepDims: true }).add(epsilon).sqrt());
}

function instanceNormalization(call: Call): Value {
  const x = call.value(0);
  const axes = x.shape.slice(2).map((_, axis) => axis + 1);
  const y = standardized(x.last, axes, call.attributes.real('epsilon', 1e-5));
  return Value.channelsLast(y.mul(call.tensor(1)).add(call.tensor(2)));
}

function layerNormalization(call: Call): readonly Tensor[] {
  const x = call.tensor(0);
  const axis = call.axis(call.attributes.whole('axis', -1), x.rank);
  const axes = x.shape.map((_, i) => i).slice(axis);
  const mean = x.mean(axes, { keepDims: true });
  const centred = x.sub(mean);
  const inverse = centred.square().mean(axes, { keepDims: true }).add(call.attributes.real('epsilon', 1e-5)).rsqrt();
  const scaled = centred.mul(inverse).mul(call.tensor(1));
  const offset = call.optional(2);
  return [offset ? scaled.add(offset) : scaled, mean, inverse];
}

function rmsNormalization(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = call.axis(call.attributes.whole('axis', -1), x.rank);
  const axes = x.shape.map((_, i) => i).slice(axis);
  const square = x.square().mean(axes, { keepDims: true });
  return x.mul(square.add(call.attributes.real('epsilon', 1e-5)).rsqrt()).mul(call.tensor(1));
}

/** Scale and offset per group up to opset 20, then per channel. */
function groupNormalization(call: Call): Tensor {
  const x = call.tensor(0);
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const groups = call.attributes.whole('num_groups', 1);
  const each = channels / groups;
  if (!Number.isInteger(each)) throw new FormatError(`${channels} channels do not divide into ${groups} groups.`);
  const grouped = x.reshape([batch, groups, each, ...sizes]);
  const axes = grouped.shape.map((_, axis) => axis).slice(2);
  const y = standardized(grouped, axes, call.attributes.real('epsilon', 1e-5));
  const spread = (list: Tensor): Tensor =>
    list.reshape([groups, list.size === groups ? 1 : each, ...sizes.map(() => 1)]);
  return y
    .mul(spread(call.tensor(1)))
    .add(spread(call.tensor(2)))
    .reshape(x.shape);
}

/** `x / (bias + alpha / size * sum of squares over neighbouring channels)^beta`. Krizhevsky et al., 2012. */
function localResponse(call: Call): Value {
  const x = call.value(0);
  const { attributes } = call;
  const size = attributes.whole('size', 1);
  if (size < 1 || size > 10_000) throw new FormatError(`LRN over ${size} channels.`);
  const y = x.last;
  const before = Math.floor((size - 1) / 2);
  const none = y.shape.slice(0, -1).map(() => [0, 0] as const);
  const squares = y.square().pad([...none, [before, size - 1 - before]]);
  const sum = Array.from({ length: size }, (_, i) => squares.slice([...none.map(() => 0), i], y.shape)).reduce(
    (total, next) => total.add(next),
  );
  const scaled = sum.mul(attributes.real('alpha', 1e-4) / size).add(attributes.real('bias', 1));
  return Value.channelsLast(y.div(scaled.pow(attributes.real('beta', 0.75))));
}

/** Over batch and space, or the axes given. */
function meanVariance(call: Call): Tensor {
  const x = call.tensor(0);
  const axes = (call.attributes.list('axes') ?? [0, 2, 3]).map((axis) => call.axis(axis, x.rank));
  const centred = x.sub(x.mean(axes, { keepDims: true }));
  return centred.div(centred.square().mean(axes, { keepDims: true }).sqrt().add(1e-9));
}

function lengthNormalization(call: Call): Tensor {
  const x = call.tensor(0);
  const axis = call.axis(call.attributes.whole('axis', -1), x.rank);
  if (call.attributes.whole('p', 2) === 1) return x.div(x.abs().sum(axis, { keepDims: true }));
  return x.div(x.square().sum(axis, { keepDims: true }).sqrt());
}

/** Drops while training, as in Keras; else does nothing. The ratio is an attribute up to opset 11. */
function dropout(call: Call): readonly (Tensor | Value)[] {
  const x = call.value(0);
  const ratio = call.known(1, 'ratio')?.[0] ?? call.attributes.real('ratio', 0.5);
  const kept = (): Tensor => x.tensor.equal(x.tensor);
  if (!call.training || ratio === 0) return call.outputs[1] ? [x, kept()] : [x];
  const mask = randomBernoulli(x.shape, 1 - ratio);
  return [x.tensor.mul(mask.cast(x.dtype)).mul(1 / (1 - ratio)), mask.cast('bool')];
}

/** Rows of the normalizations. */
export const normalizationOperators: OperatorTable = {
  BatchNormalization: operator(batchNormalization),
  InstanceNormalization: operator(instanceNormalization),
  LayerNormalization: operator(layerNormalization),
  RMSNormalization: operator(rmsNormalization),
  GroupNormalization: operator(groupNormalization),
  MeanVarianceNormalization: operator(meanVariance),
  LpNormalization: operator(lengthNormalization),
  LRN: operator(localResponse),
  Dropout: operator(dropout, 1, 2),
};
