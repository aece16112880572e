// The three compiled functions of a model: train on a batch, test on a batch, predict a batch. Each is one graph.
import { gradients } from '@nablajs/autograd';
import { HostMetric, type Metric } from '@nablajs/metrics';
import {
  type Compiled,
  compile,
  formatSpec,
  fromData,
  fullPrecision,
  gather,
  type Spec,
  type Tensor,
} from '@nablajs/tensor';
import type { Model } from '../model.ts';
import type { TrainingSetup } from './compilation.ts';
import { LossTracker } from './loss-tracker.ts';

/** One batch as the steps take it. */
export interface StepBatch {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sampleWeight?: Tensor;
}

/** Weights of classes by their number, `{ 0: 1, 1: 5 }`. */
export type ClassWeight = Readonly<Record<number, number>>;

/** The compiled steps of one `model.compile`. */
export class Steps {
  readonly setup: TrainingSetup;
  readonly tracker: LossTracker = new LossTracker();
  #specs = '';
  readonly train: Compiled<[StepBatch, ClassWeight | undefined], { prediction?: Tensor }>;
  readonly test: Compiled<[StepBatch], { prediction?: Tensor }>;
  readonly results: Compiled<[], Readonly<Record<string, Tensor>>>;

  constructor(model: Model, setup: TrainingSetup) {
    this.setup = setup;
    const { optimizer, loss, metrics, tracker } = { ...setup, tracker: this.tracker };
    const needsHost = metrics.some((metric) => metric instanceof HostMetric);
    const guard = (): readonly boolean[] => model.weights.map(({ trainable }) => trainable);

    const score = ({ x, y, sampleWeight }: StepBatch, prediction: Tensor, weights: Tensor | undefined): Tensor => {
      const penalties = model.penalties();
      const total = penalties.reduce((sum, penalty) => sum.add(penalty), loss.apply(y, prediction, weights));
      tracker.update(total, x.shape[0]!);
      for (const metric of metrics) if (!(metric instanceof HostMetric)) metric.update(y, prediction, sampleWeight);
      return total;
    };

    this.train = compile(
      (batch, classWeight) => {
        const prediction = model.apply(batch.x, { training: true });
        const total = fullPrecision(() => score(batch, prediction, combine(batch, classWeight)));
        const weights = model.trainableWeights;
        const slopes = gradients(optimizer.scaleLoss(total), weights);
        fullPrecision(() => optimizer.apply(weights, slopes));
        return needsHost ? { prediction } : {};
      },
      { name: 'train step', guard, precision: setup.precision },
    );
    this.test = compile(
      (batch) => {
        const prediction = model.apply(batch.x, { training: false });
        score(batch, prediction, batch.sampleWeight);
        return needsHost ? { prediction } : {};
      },
      { name: 'test step', guard },
    );
    this.results = compile(
      () => {
        const device = metrics.filter((metric): metric is Metric => !(metric instanceof HostMetric));
        return {
          loss: tracker.result(),
          ...Object.fromEntries(device.map((metric) => [metric.name, metric.result()])),
        };
      },
      { name: 'results' },
    );
  }

  /** Makes the state of metrics and optimizer for these shapes. */
  build(model: Model, truth: Spec, prediction: Spec): void {
    const specs = `${formatSpec(truth)} ${formatSpec(prediction)}`;
    if (specs !== this.#specs) for (const metric of this.setup.metrics) metric.build(truth, prediction);
    this.#specs = specs;
    this.setup.optimizer.build(model.trainableWeights);
  }

  /** Begins a new pass over data. */
  reset(): void {
    this.tracker.reset();
    for (const metric of this.setup.metrics) metric.reset();
  }

  dispose(): void {
    for (const step of [this.train, this.test, this.results]) step.dispose();
  }
}

/** The compiled steps of a compiled model for data of these specs. */
export async function stepsFor(model: Model, input: Spec, truth: Spec): Promise<Steps> {
  const compilation = model.compilation!;
  const setup = await compilation.load();
  compilation.steps ??= new Steps(model, setup);
  compilation.steps.build(model, truth, model.outputSpec(input));
  return compilation.steps;
}

function combine({ y, sampleWeight }: StepBatch, classWeight: ClassWeight | undefined): Tensor | undefined {
  if (!classWeight) return sampleWeight;
  const classes = Math.max(...Object.keys(classWeight).map(Number), y.rank > 1 ? y.shape.at(-1)! - 1 : 0) + 1;
  const table = fromData(Float32Array.from({ length: classes }, (_, label) => classWeight[label] ?? 1));
  const labels = y.rank > 1 && y.shape.at(-1)! > 1 ? y.argMax(-1) : y.reshape([y.shape[0]!]).cast('int32');
  const weights = gather(table, labels, 0);
  return sampleWeight ? sampleWeight.mul(weights) : weights;
}
