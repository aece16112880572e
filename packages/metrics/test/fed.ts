import { type DType, type Tensor, tensor } from '@nablajs/tensor';
import { HostMetric, type Metric } from '../src/index.ts';

export type Nested = number | readonly Nested[];

/** A metric, what it is fed, and what it must give. */
export type Case = readonly [
  make: () => Metric | HostMetric,
  truth: Nested,
  prediction: Nested,
  expected: number | readonly number[],
  dtype?: DType,
];

/** Feeds a metric in batches of the sizes given and returns its result, flat. */
export async function fed(
  metric: Metric | HostMetric,
  [, truth, prediction, , dtype]: Case,
  sizes: readonly number[],
  sampleWeights: readonly number[],
): Promise<number[]> {
  const parts = (values: Nested, kind: DType = 'float32'): Tensor[] => {
    const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
    return ends.map((end, i) => tensor((values as Nested[]).slice(end - sizes[i]!, end) as never, kind));
  };
  const [truths, predictions, weights] = [parts(truth, dtype), parts(prediction), parts(sampleWeights)];
  for (const [i, y] of truths.entries()) {
    const [p, w] = [predictions[i]!, weights[i]!];
    if (!(metric instanceof HostMetric)) metric.update(y, p, w);
    else metric.updateHost(await y.data(), await p.data(), { truth: y.spec, prediction: p.spec }, await w.data());
  }
  const result = metric instanceof HostMetric ? metric.resultHost() : await metric.result().array();
  return [result].flat(3) as number[];
}
