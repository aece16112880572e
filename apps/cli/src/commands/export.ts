import { basename, dirname, extname } from 'node:path';
import { exportOnnxFiles } from '@nablajs/onnx';
import { type AnyModel, exportPredictor, exportTrainer, type Plugin } from 'nablajs';
import type { Options } from '../arguments/options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { useBackend } from '../backends/backends.ts';
import { displayFor } from '../display/display.ts';
import { openSaved } from '../models/open.ts';
import { writeFiles } from '../output/folder.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import { grouped } from '../text/numbers.ts';
import { optimizerFor } from '../training/optimizer-option.ts';
import type { Command } from './command.ts';

/** What a file will be, by its ending. */
type Kind = 'onnx' | 'predictor' | 'trainer';

/** The options that only some kinds take. */
const OWN_OPTIONS: Readonly<Record<string, Kind>> = {
  'channels-first': 'onnx',
  'external-data': 'onnx',
  loss: 'trainer',
  optimizer: 'trainer',
  'learning-rate': 'trainer',
};

const NAMES: Readonly<Record<Kind, string>> = { onnx: 'ONNX files', predictor: 'predictors', trainer: 'trainers' };

/** `nabla export <model>` */
export const exportModel: Command = async ([path], options, io) => {
  const out = options.text('out') ?? withExtension(path!, '.onnx');
  const kind = kindOf(out);
  const foreign = Object.keys(OWN_OPTIONS).find((name) => options.isGiven(name) && OWN_OPTIONS[name] !== kind);
  if (foreign) {
    const wanted = NAMES[OWN_OPTIONS[foreign]!];
    throw new UsageError(`--${foreign} is for ${wanted}, and ${out} will be none of them. Leave it out.`, 'export');
  }
  const plugins = await pluginsOf(options);
  await useBackend(options, plugins);
  const model = await openSaved(path!, plugins);
  const { bytes, externalData = {} } = await WRITERS[kind]({ model, out, options, plugins });
  await writeFiles(dirname(out), { [basename(out)]: bytes, ...externalData });
  const beside = Object.entries(externalData).map(([name, data]) => `${name} (${grouped(data.length)} bytes)`);
  displayFor(io, options).result(
    'exported',
    { model: path, file: out, bytes: bytes.length, externalData: Object.keys(externalData) },
    `Wrote ${[`${out} (${grouped(bytes.length)} bytes)`, ...beside].join(' and ')}.`,
    out,
  );
};

interface Exported {
  readonly bytes: Uint8Array;
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
}

/** What is to be written. */
interface Request {
  readonly model: AnyModel;
  readonly out: string;
  readonly options: Options;
  readonly plugins: readonly Plugin[];
}

const WRITERS: Readonly<Record<Kind, (request: Request) => Promise<Exported>>> = { onnx, predictor, trainer };

function kindOf(out: string): Kind {
  const ending = extname(out);
  if (ending === '.predictor') return 'predictor';
  return ending === '.trainer' ? 'trainer' : 'onnx';
}

async function onnx({ model, out, options }: Request): Promise<Exported> {
  const { model: bytes, externalData } = await exportOnnxFiles(model, {
    file: `${basename(out)}.data`,
    // Without the option, all weights stay in the one file.
    threshold: options.flag('external-data') ? 1024 : Number.POSITIVE_INFINITY,
    batchSize: options.whole('batch-size', 1) ?? 'any',
    layout: options.flag('channels-first') ? 'channelsFirst' : 'model',
  });
  return { bytes, externalData };
}

async function predictor({ model, options }: Request): Promise<Exported> {
  return { bytes: await exportPredictor(model, { batchSize: options.whole('batch-size', 1) ?? 'any' }) };
}

async function trainer({ model, options, plugins }: Request): Promise<Exported> {
  compile(model, options, plugins);
  return { bytes: await exportTrainer(model, { batchSize: options.whole('batch-size', 1) ?? 'any' }) };
}

/** With what was asked for, and what the model was saved with. */
function compile(model: AnyModel, options: Options, plugins: readonly Plugin[]): void {
  const saved = model.compilation?.given;
  const loss = options.text('loss') ?? saved?.loss;
  if (!saved && loss === undefined) {
    throw new UsageError(
      'the model was saved without a loss. Say what to train it for: --loss sparseCategoricalCrossentropy.',
      'export',
    );
  }
  const { optimizer, isChosen } = optimizerFor(options, plugins);
  if (saved && !isChosen && !options.isGiven('loss')) return;
  const { lossWeights = null, ...rest } = saved ?? {};
  const chosen = isChosen || !saved ? optimizer : saved.optimizer;
  model.compile({ ...rest, ...(lossWeights && { lossWeights }), optimizer: chosen, loss: loss ?? null });
}

/** `runs/model.safetensors` → `runs/model.onnx`. */
export function withExtension(path: string, extension: string): string {
  return path.slice(0, path.length - extname(path).length) + extension;
}
