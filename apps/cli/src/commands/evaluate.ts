import { datasetArgument } from '../arguments/dataset-argument.ts';
import { useBackend } from '../backends/backends.ts';
import { loadDataset } from '../datasets/dataset.ts';
import { displayFor } from '../display/display.ts';
import { accuracyOf, scoresOf } from '../evaluation/confusion.ts';
import { accuracyLine, testReport } from '../evaluation/report.ts';
import { testModel } from '../evaluation/test-model.ts';
import { openSaved } from '../models/open.ts';
import type { Command } from './command.ts';

/** `nabla evaluate <model> <dataset>` */
export const evaluate: Command = async ([path, name], options, io) => {
  const dataset = datasetArgument(name!, options.command);
  const batchSize = options.whole('batch-size', 1)!;
  const display = displayFor(io, options);
  await useBackend(options);
  const model = await openSaved(path!);
  const { test, classes } = await loadDataset(dataset, options.text('data'));

  const matrix = await testModel(model, test, classes.length, { batchSize, signal: io.signal, display });
  display.settle();
  const line = accuracyLine(matrix);
  display.result(
    'result',
    {
      model: path,
      dataset,
      images: test.labels.length,
      accuracy: accuracyOf(matrix),
      confusion: matrix,
      classes: scoresOf(matrix).map((score, i) => ({ name: classes[i], ...score })),
    },
    testReport(matrix, classes, `${dataset}, ${test.labels.length} test images`),
    line,
  );
};
