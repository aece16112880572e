import { type History, type Model, setSeed } from 'nablajs';
import { useBackend } from '../backends/backends.ts';
import { asDataset, type ImageData, loadDataset } from '../datasets/dataset.ts';
import { type Display, displayFor } from '../display/display.ts';
import { accuracyOf, type Confusion } from '../evaluation/confusion.ts';
import { accuracyLine, testReport } from '../evaluation/report.ts';
import { testModel } from '../evaluation/test-model.ts';
import { openTrainable } from '../models/open.ts';
import { checkWritable, writeFiles } from '../output/folder.ts';
import { grouped, seconds } from '../text/numbers.ts';
import { type Plan, planOf } from '../training/plan.ts';
import { resultFiles } from '../training/result-files.ts';
import { Watch } from '../training/watch.ts';
import type { Command } from './command.ts';

/** `nabla train <dataset>` */
export const train: Command = async ([name], options, io) => {
  const began = performance.now();
  const plan = planOf(name!, options);
  const display = displayFor(io, options);
  const backend = await useBackend(options);
  await checkWritable(plan.out);
  const data = await loadDataset(plan.dataset, plan.folder);
  setSeed(plan.seed);
  const model = await preparedModel(plan, data);
  announce(display, plan, data, model, backend);

  const watch = new Watch(display);
  try {
    const history = await fit(model, plan, data, watch, io.signal);
    const matrix = await testModel(model, data.test, data.classes.length, { ...plan, signal: io.signal, display });
    const elapsed = performance.now() - began;
    const files = await resultFiles({ plan, data, model, backend, watch, history, matrix, elapsed });
    io.signal.throwIfAborted();
    await writeFiles(plan.out, files);
    report(display, plan, data, matrix, Object.keys(files), performance.now() - began);
  } finally {
    display.settle();
  }
};

async function preparedModel(plan: Plan, { imageShape, classes }: ImageData): Promise<Model> {
  const model = await openTrainable(plan.model, { imageShape, classes: classes.length });
  // A saved model goes on with the optimizer, and the state of it, that it was saved with.
  if (model.compilation === null || plan.optimizerChosen) {
    model.compile({ optimizer: plan.optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  }
  model.build({ shape: [1, ...imageShape], dtype: 'float32' });
  return model;
}

function fit(model: Model, plan: Plan, data: ImageData, watch: Watch, signal: AbortSignal): Promise<History> {
  const training = asDataset(data.train).shuffle().batch(plan.batchSize);
  return model.fit(training, {
    epochs: plan.epochs,
    validationData: asDataset(data.test).batch(plan.batchSize),
    callbacks: [watch],
    signal,
    verbose: 0,
    ...(plan.steps !== undefined && { stepsPerEpoch: plan.steps }),
  });
}

function announce(display: Display, plan: Plan, { train, test }: ImageData, model: Model, backend: string): void {
  const { dataset, epochs, batchSize, seed, optimizer, steps } = plan;
  const images = train.labels.length;
  const parameters = model.countParams();
  const batches = Math.min(steps ?? Number.POSITIVE_INFINITY, Math.ceil(images / batchSize));
  display.tell(
    'begin',
    {
      dataset,
      model: plan.model,
      parameters,
      images,
      testImages: test.labels.length,
      epochs,
      batches,
      batchSize,
      optimizer: optimizer.toJSON(),
      seed,
      backend,
    },
    `Training ${plan.model} (${grouped(parameters)} parameters) on ${dataset}: ${grouped(images)} images, ` +
      `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} of ${grouped(batches)} batches of ${batchSize}, ` +
      `${optimizer.toJSON().type.toLowerCase()}, seed ${seed}, ${backend} backend`,
  );
}

function report(
  display: Display,
  { out, dataset }: Plan,
  { classes, test }: ImageData,
  matrix: Confusion,
  files: readonly string[],
  milliseconds: number,
): void {
  const wrote = `Wrote ${out}: ${files.join(', ')} (${seconds(milliseconds)} in all)`;
  display.result(
    'result',
    { accuracy: accuracyOf(matrix), confusion: matrix, out, files, seconds: milliseconds / 1000 },
    `\n${testReport(matrix, classes, `${dataset}, ${grouped(test.labels.length)} test images`)}\n\n${wrote}`,
    `${accuracyLine(matrix)}\n${wrote}`,
  );
}
