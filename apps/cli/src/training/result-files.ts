// What a training leaves behind.
import type { History, Model } from 'nablajs';
import type { ImageData } from '../datasets/dataset.ts';
import { accuracyOf, type Confusion, scoresOf } from '../evaluation/confusion.ts';
import type { Content } from '../output/folder.ts';
import { confusionSvg } from '../plots/confusion.ts';
import { curvesSvg } from '../plots/curves.ts';
import { grouped, percent } from '../text/numbers.ts';
import type { Plan } from './plan.ts';
import type { Watch } from './watch.ts';

/** A finished training. */
export interface Finished {
  readonly plan: Plan;
  readonly data: ImageData;
  readonly model: Model;
  readonly backend: string;
  readonly watch: Watch;
  readonly history: History;
  /** Of the test images. */
  readonly matrix: Confusion;
  /** Milliseconds. */
  readonly elapsed: number;
}

/** The model, the numbers and the plots, by file name. */
export async function resultFiles(finished: Finished): Promise<Readonly<Record<string, Content>>> {
  const { plan, data, model, watch, matrix } = finished;
  const title = `${plan.model} on ${plan.dataset}`;
  const subtitle = `${grouped(data.test.labels.length)} test images; the numbers count images`;
  return {
    'model.safetensors': (path) => model.save(path),
    'history.json': `${JSON.stringify(recordOf(finished), null, 2)}\n`,
    'curves.svg': await curvesSvg({
      title: `${title}: loss and accuracy`,
      training: watch.training,
      validation: watch.validation,
    }),
    'confusion.svg': await confusionSvg(
      matrix,
      data.classes,
      `${title}: ${percent(accuracyOf(matrix))} right`,
      subtitle,
    ),
  };
}

/** Everything needed to plot the training again, or to repeat it. */
function recordOf({ plan, data, model, backend, watch, history, matrix, elapsed }: Finished): object {
  const { dataset, epochs, batchSize, seed, steps } = plan;
  return {
    dataset,
    model: plan.model,
    parameters: model.countParams(),
    images: data.train.labels.length,
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
    test: {
      images: data.test.labels.length,
      accuracy: accuracyOf(matrix),
      confusion: matrix,
      classes: scoresOf(matrix).map((score, i) => ({ name: data.classes[i], ...score })),
    },
  };
}
