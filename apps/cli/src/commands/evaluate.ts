import { basename, resolve } from 'node:path';
import { ConfigError, type Shape } from '@nablajs/tensor';
import type { Model } from 'nablajs';
import { datasetArgument } from '../arguments/dataset-argument.ts';
import { useBackend } from '../backends/backends.ts';
import { loadDataset, trainingDataOf } from '../datasets/dataset.ts';
import { isFolder, picturesForModel } from '../datasets/pictures.ts';
import { isTable, tableForModel } from '../datasets/table.ts';
import { displayFor } from '../display/display.ts';
import { headline, testRecord, testReport } from '../evaluation/report.ts';
import { testModel } from '../evaluation/test-model.ts';
import { openSaved } from '../models/open.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import type { Command } from './command.ts';

/** `nabla evaluate <model> <dataset>` */
export const evaluate: Command = async ([path, name], options, io) => {
  const known = isTable(name!) || isFolder(name!) ? null : datasetArgument(name!, options.command);
  const dataset = known ?? basename(resolve(name!));
  const batchSize = options.whole('batch-size', 1)!;
  const display = displayFor(io, options);
  const plugins = await pluginsOf(options);
  await useBackend(options, plugins);
  const model = await openSaved(path!, plugins);
  const data = known
    ? trainingDataOf(await loadDataset(known, options.text('data')))
    : isTable(name!)
      ? await tableForModel(path!, name!)
      : await picturesForModel(path!, imageShapeOf(path!, model), name!);

  const result = await testModel(model, data.test, data.goal, { batchSize, signal: io.signal, display });
  display.settle();
  const samples = `${data.test.count} ${known ? 'test ' : ''}${data.noun}`;
  display.result(
    'result',
    { model: path, dataset, [data.noun]: data.test.count, ...testRecord(result, data.goal) },
    testReport(result, data, `${dataset}, ${samples}`),
    headline(result),
  );
};

/** The shape of one picture as a model takes it. */
function imageShapeOf(path: string, { inputSpec }: Model): Shape {
  if (inputSpec && 'shape' in inputSpec) return inputSpec.shape.slice(1);
  throw new ConfigError(`${path}: the model does not take one picture.`);
}
