import { type History, type Model, type Plugin, setSeed } from 'nablajs';
import { useBackend } from '../backends/backends.ts';
import { loadDataset, trainingDataOf } from '../datasets/dataset.ts';
import { loadPictures } from '../datasets/pictures.ts';
import { loadTable } from '../datasets/table.ts';
import { outputsOf, type TrainingData } from '../datasets/training-data.ts';
import { type Display, displayFor } from '../display/display.ts';
import { headline, testRecord, testReport } from '../evaluation/report.ts';
import { type TestResult, testModel } from '../evaluation/test-model.ts';
import { isBuiltinModel } from '../models/builtin.ts';
import { type Head, headOf, headText, lossFor } from '../models/head.ts';
import { openTrainable } from '../models/open.ts';
import { checkWritable, writeFiles } from '../output/folder.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import { grouped, seconds } from '../text/numbers.ts';
import { type Plan, planOf } from '../training/plan.ts';
import { resultFiles } from '../training/result-files.ts';
import { SCORES, Watch } from '../training/watch.ts';
import type { Command } from './command.ts';

/** `nabla train <dataset>` */
export const train: Command = async ([name], options, io) => {
  const began = performance.now();
  const plugins = await pluginsOf(options);
  const plan = planOf(name, options, plugins);
  const display = displayFor(io, options);
  const backend = await useBackend(options, plugins);
  await checkWritable(plan.out);
  const data = await load(plan, display);
  setSeed(plan.seed);
  const { model, head } = await preparedModel(plan, data, plugins);
  announce(display, plan, data, model, backend);
  if (head) display.tell('outputs', { ...head }, headText(head));

  const watch = new Watch(display, SCORES[data.goal.kind]);
  try {
    const history = await fit(model, plan, data, watch, io.signal);
    const result = await testModel(model, data.test, data.goal, { ...plan, signal: io.signal, display });
    const elapsed = performance.now() - began;
    const files = await resultFiles({ plan, data, model, backend, watch, history, result, elapsed });
    io.signal.throwIfAborted();
    await writeFiles(plan.out, files);
    report(display, plan, data, result, Object.keys(files), performance.now() - began);
  } finally {
    display.settle();
  }
};

async function load({ data }: Plan, display: Display): Promise<TrainingData> {
  if (data.kind === 'named') return trainingDataOf(await loadDataset(data.name, data.folder));
  if (data.kind === 'table') return loadTable(data);
  return loadPictures(data, (images) => display.tell('read', { images }, `Reading ${grouped(images)} pictures`));
}

/** A model that is compiled and built, and what was found out about its outputs where that decided the loss. */
async function preparedModel(
  plan: Plan,
  { inputShape, goal, train }: TrainingData,
  plugins: readonly Plugin[],
): Promise<{ readonly model: Model; readonly head: Head | null }> {
  const model = await openTrainable(plan.model, { inputShape, goal: goal.kind, outputs: outputsOf(goal) }, plugins);
  model.build({ shape: [1, ...inputShape], dtype: 'float32' });
  // A saved model goes on with the optimizer, and the state of it, that it was saved with.
  if (model.compilation !== null && !plan.optimizerChosen) return { model, head: null };
  const isForeign = goal.kind === 'class' && !isBuiltinModel(plan.model);
  const head = isForeign ? await headOf(model, train.samples, goal) : null;
  const usual = goal.kind === 'class' ? 'sparseCategoricalCrossentropy' : 'meanSquaredError';
  const loss = head ? lossFor(head) : usual;
  model.compile({ optimizer: plan.optimizer, loss, metrics: [SCORES[goal.kind].metric] });
  return { model, head };
}

function fit(model: Model, plan: Plan, data: TrainingData, watch: Watch, signal: AbortSignal): Promise<History> {
  return model.fit(data.train.samples.shuffle().batch(plan.batchSize), {
    epochs: plan.epochs,
    validationData: data.test.samples.batch(plan.batchSize),
    callbacks: [watch],
    signal,
    verbose: 0,
    ...(plan.steps !== undefined && { stepsPerEpoch: plan.steps }),
  });
}

function announce(display: Display, plan: Plan, data: TrainingData, model: Model, backend: string): void {
  const { dataset, epochs, batchSize, seed, optimizer, steps } = plan;
  const { noun, train, test } = data;
  const parameters = model.countParams();
  const batches = Math.min(steps ?? Number.POSITIVE_INFINITY, Math.ceil(train.count / batchSize));
  display.tell(
    'begin',
    {
      dataset,
      model: plan.model,
      parameters,
      [noun]: train.count,
      [noun === 'images' ? 'testImages' : 'testRows']: test.count,
      epochs,
      batches,
      batchSize,
      optimizer: optimizer.toJSON(),
      seed,
      backend,
    },
    `Training ${plan.model} (${grouped(parameters)} parameters) on ${dataset}: ${grouped(train.count)} ${noun}, ` +
      `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'} of ${grouped(batches)} batches of ${batchSize}, ` +
      `${optimizerName(optimizer.toJSON().type)}, seed ${seed}, ${backend} backend`,
  );
}

/** As it is typed: `adam`, `acme/Signum`. */
function optimizerName(type: string): string {
  return type.includes('/') ? type : type.toLowerCase();
}

function report(
  display: Display,
  { out, dataset }: Plan,
  data: TrainingData,
  result: TestResult,
  files: readonly string[],
  milliseconds: number,
): void {
  const wrote = `Wrote ${out}: ${files.join(', ')} (${seconds(milliseconds)} in all)`;
  const title = `${dataset}, ${grouped(data.test.count)} test ${data.noun}`;
  display.result(
    'result',
    { ...testRecord(result, data.goal), out, files, seconds: milliseconds / 1000 },
    `\n${testReport(result, data, title)}\n\n${wrote}`,
    `${headline(result)}\n${wrote}`,
  );
}
