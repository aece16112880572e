// What a training leaves behind.
import type { History, Model } from 'nablajs';
import type { TrainingData } from '../datasets/training-data.ts';
import { accuracyOf } from '../evaluation/confusion.ts';
import { testRecord } from '../evaluation/report.ts';
import type { TestResult } from '../evaluation/test-model.ts';
import type { Content } from '../output/folder.ts';
import { confusionSvg } from '../plots/confusion.ts';
import { curvesSvg } from '../plots/curves.ts';
import { scatterSvg } from '../plots/scatter.ts';
import { grouped, percent } from '../text/numbers.ts';
import type { Plan } from './plan.ts';
import type { Watch } from './watch.ts';

/** A finished training. */
export interface Finished {
  readonly plan: Plan;
  readonly data: TrainingData;
  readonly model: Model;
  readonly backend: string;
  readonly watch: Watch;
  readonly history: History;
  /** Of the test samples. */
  readonly result: TestResult;
  /** Milliseconds. */
  readonly elapsed: number;
}

/** The model, the numbers and the plots, by file name. */
export async function resultFiles(finished: Finished): Promise<Readonly<Record<string, Content>>> {
  const { plan, data, model, watch } = finished;
  const title = `${plan.model} on ${plan.dataset}`;
  const { score, training, validation } = watch;
  return {
    'model.safetensors': (path) => model.save(path),
    ...data.companions,
    'history.json': `${JSON.stringify(recordOf(finished), null, 2)}\n`,
    'curves.svg': await curvesSvg({
      title: `${title}: ${score.metric === 'accuracy' ? 'loss and accuracy' : 'loss and error'}`,
      score,
      noun: data.noun,
      training,
      validation,
    }),
    ...(await resultPlot(finished, title)),
  };
}

async function resultPlot({ data, result }: Finished, title: string): Promise<Readonly<Record<string, Content>>> {
  const { goal, noun, test } = data;
  const count = grouped(test.count);
  if (result.kind === 'class' && goal.kind === 'class') {
    const heading = `${title}: ${percent(accuracyOf(result.matrix))} right`;
    const subtitle = `${count} test ${noun}; the numbers count ${noun}`;
    return { 'confusion.svg': await confusionSvg(result.matrix, goal.classes, heading, subtitle) };
  }
  if (result.kind === 'number' && goal.kind === 'number') {
    const heading = `${title}: R² ${result.errors.r2.toFixed(3)}`;
    return { 'predictions.svg': await scatterSvg(result.errors, goal.name, heading, `${count} test ${noun}`) };
  }
  return {};
}

/** Everything needed to plot the training again, or to repeat it. */
function recordOf({ plan, data, model, backend, watch, history, result, elapsed }: Finished): object {
  const { dataset, epochs, batchSize, seed, steps } = plan;
  const { noun } = data;
  return {
    dataset,
    ...(plan.data.kind === 'table' && { target: plan.data.target, ignored: plan.data.ignore }),
    model: plan.model,
    parameters: model.countParams(),
    [noun]: data.train.count,
    epochs,
    stepsPerEpoch: steps,
    batchSize,
    optimizer: model.optimizer.toJSON(),
    seed,
    backend,
    node: process.versions.node,
    seconds: Math.round(elapsed / 100) / 10,
    history: history.history,
    curve: watch.training,
    test: { [noun]: data.test.count, ...testRecord(result, data.goal) },
  };
}
