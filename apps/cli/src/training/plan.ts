// What `nabla train` was asked to do, checked before anything is loaded.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { builtinOptimizers, type Optimizer, optimizerFrom } from 'nablajs';
import { datasetArgument } from '../arguments/dataset-argument.ts';
import { suggestion } from '../arguments/nearest.ts';
import type { Options } from '../arguments/options.ts';
import type { DatasetName } from '../datasets/dataset.ts';
import { builtinModels, isBuiltinModel } from '../models/builtin.ts';

/** All choices of a training. */
export interface Plan {
  readonly dataset: DatasetName;
  readonly folder: string | undefined;
  readonly model: string;
  readonly epochs: number;
  /** Batches per epoch, if fewer than the data give. */
  readonly steps: number | undefined;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  /** Whether the optimizer was chosen, so that a saved model's own must give way. */
  readonly optimizerChosen: boolean;
  readonly seed: number;
  readonly out: string;
}

const OPTIMIZERS = Object.keys(builtinOptimizers).map((name) => name.toLowerCase());
const DEFAULT_OPTIMIZER = 'adam';

/** Throws UsageError for values that cannot be meant. */
export function planOf(dataset: string, options: Options): Plan {
  const name = datasetArgument(dataset, options.command);
  const optimizer = options.choice('optimizer', OPTIMIZERS);
  const learningRate = options.positive('learning-rate');
  return {
    dataset: name,
    folder: options.text('data'),
    model: modelOption(options),
    epochs: options.whole('epochs', 1)!,
    steps: options.whole('steps', 1),
    batchSize: options.whole('batch-size', 1)!,
    optimizer: optimizerFrom({
      type: optimizer ?? DEFAULT_OPTIMIZER,
      config: learningRate === undefined ? {} : { learningRate },
    }),
    optimizerChosen: optimizer !== undefined || learningRate !== undefined,
    seed: options.whole('seed', 0)!,
    out: options.text('out') ?? join('runs', name),
  };
}

function modelOption(options: Options): string {
  const typed = options.text('model')!;
  if (isBuiltinModel(typed) || existsSync(typed)) return typed;
  const names = Object.keys(builtinModels);
  throw options.wrong(
    'model',
    `must be ${names.join(', ')} or a file; "${typed}" is neither.${suggestion(typed, names)}`,
  );
}
