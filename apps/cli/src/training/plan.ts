// What `nabla train` was asked to do, checked before anything is loaded.
import { existsSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import type { Optimizer, Plugin } from 'nablajs';
import { datasetArgument } from '../arguments/dataset-argument.ts';
import { suggestion } from '../arguments/nearest.ts';
import type { Options } from '../arguments/options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { DatasetName } from '../datasets/dataset.ts';
import { isFolder, type PicturesRequest } from '../datasets/pictures.ts';
import { isTable, type TableRequest } from '../datasets/table.ts';
import { builtinModels, isBuiltinModel } from '../models/builtin.ts';
import { optimizerFor } from './optimizer-option.ts';

/** Where samples come from: a data set known by name, a table, or a folder of pictures. */
export type DataRequest =
  | { readonly kind: 'named'; readonly name: DatasetName; readonly folder: string | undefined }
  | ({ readonly kind: 'table' } & TableRequest)
  | ({ readonly kind: 'pictures' } & PicturesRequest);

/** All choices of a training. */
export interface Plan {
  readonly data: DataRequest;
  /** What the training is called: the data set, the table's file, or the folder. */
  readonly dataset: string;
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

/** Images come by the ten thousand, rows by the hundred: these take about as long. */
const DEFAULTS = {
  named: { model: 'cnn', epochs: 2, batchSize: 64 },
  table: { model: 'mlp', epochs: 50, batchSize: 32 },
  pictures: { model: 'cnn', epochs: 20, batchSize: 32 },
} as const;

/** Throws UsageError for values that cannot be meant. */
export function planOf(named: string | undefined, options: Options, plugins: readonly Plugin[]): Plan {
  const seed = options.whole('seed', 0)!;
  const data = dataOf(named, options, seed);
  const defaults = DEFAULTS[data.kind];
  const { optimizer, isChosen } = optimizerFor(options, plugins);
  const [dataset, folder] = data.kind === 'named' ? [data.name, data.name] : namesOf(data.path);
  return {
    data,
    dataset,
    model: modelOption(options) ?? defaults.model,
    epochs: options.whole('epochs', 1) ?? defaults.epochs,
    steps: options.whole('steps', 1),
    batchSize: options.whole('batch-size', 1) ?? defaults.batchSize,
    optimizer,
    optimizerChosen: isChosen,
    seed,
    out: options.text('out') ?? join('runs', folder),
  };
}

function dataOf(named: string | undefined, options: Options, seed: number): DataRequest {
  const given = options.text('data');
  const path = [named, given].find((candidate) => candidate !== undefined && isTable(candidate));
  const pictures = named ?? given;
  if (path === undefined && pictures !== undefined && pictures === (given ?? named) && isFolder(pictures)) {
    return picturesOf(pictures, options, seed);
  }
  if (options.text('size') !== undefined) throw options.wrong('size', 'is for folders of pictures.');
  if (path === undefined) {
    if (named === undefined) {
      throw new UsageError(
        '<dataset> is missing. Name one, or a table with --data file.csv --target column, or a folder of pictures with --data photos.',
        options.command,
      );
    }
    const name = datasetArgument(named, options.command);
    for (const option of ['target', 'ignore', 'test-share']) {
      if (options.text(option) !== undefined) throw options.wrong(option, `is for tables; ${name} has its own.`);
    }
    return { kind: 'named', name, folder: given };
  }
  const target = options.text('target');
  if (target === undefined) throw options.wrong('target', `is missing: which column of ${path} is to be predicted?`);
  const ignore = options.text('ignore')?.split(',') ?? [];
  return { kind: 'table', path, target, ignore: ignore.map((name) => name.trim()), testShare: shareOf(options), seed };
}

function picturesOf(path: string, options: Options, seed: number): DataRequest {
  for (const option of ['target', 'ignore']) {
    if (options.text(option) !== undefined) throw options.wrong(option, `is for tables; ${path} is a folder.`);
  }
  return { kind: 'pictures', path, size: options.whole('size', 1) ?? 64, testShare: shareOf(options), seed };
}

function shareOf(options: Options): number {
  const share = options.positive('test-share') ?? 0.2;
  if (share >= 1) throw options.wrong('test-share', `must lie between 0 and 1, got ${share}.`);
  return share;
}

/** `data/iris.csv` is called `iris.csv`, and its results go to `runs/iris`; those of the folder `photos` to `runs/photos`. */
function namesOf(path: string): [dataset: string, folder: string] {
  const name = basename(resolve(path));
  return [name, isTable(name) ? basename(name, extname(name)) : name];
}

function modelOption(options: Options): string | undefined {
  const typed = options.text('model');
  if (typed === undefined || isBuiltinModel(typed) || existsSync(typed)) return typed;
  const names = Object.keys(builtinModels);
  throw options.wrong(
    'model',
    `must be ${names.join(', ')} or a file; "${typed}" is neither.${suggestion(typed, names)}`,
  );
}
