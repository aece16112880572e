import { basename, dirname, extname } from 'node:path';
import { exportOnnxFiles } from '@nablajs/onnx';
import { type AnyModel, exportPredictor } from 'nablajs';
import type { Options } from '../arguments/options.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { useBackend } from '../backends/backends.ts';
import { displayFor } from '../display/display.ts';
import { openSaved } from '../models/open.ts';
import { writeFiles } from '../output/folder.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import type { Command } from './command.ts';

/** The ending of files that `exportPredictor` writes. */
const PREDICTOR = '.predictor';

/** `nabla export <model>` */
export const exportModel: Command = async ([path], options, io) => {
  const out = options.text('out') ?? withExtension(path!, '.onnx');
  const plugins = await pluginsOf(options);
  await useBackend(options, plugins);
  const model = await openSaved(path!, plugins);
  const { bytes, externalData = {} } = await (extname(out) === PREDICTOR ? predictor : onnx)(model, out, options);
  await writeFiles(dirname(out), { [basename(out)]: bytes, ...externalData });
  const beside = Object.entries(externalData).map(([name, data]) => `${name} (${data.length} bytes)`);
  displayFor(io, options).result(
    'exported',
    { model: path, file: out, bytes: bytes.length, externalData: Object.keys(externalData) },
    `Wrote ${[`${out} (${bytes.length} bytes)`, ...beside].join(' and ')}.`,
    out,
  );
};

interface Exported {
  readonly bytes: Uint8Array;
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
}

async function onnx(model: AnyModel, out: string, options: Options): Promise<Exported> {
  const { model: bytes, externalData } = await exportOnnxFiles(model, {
    file: `${basename(out)}.data`,
    // Without the option, all weights stay in the one file.
    threshold: options.flag('external-data') ? 1024 : Number.POSITIVE_INFINITY,
    batchSize: options.whole('batch-size', 1) ?? 'any',
    layout: options.flag('channels-first') ? 'channelsFirst' : 'model',
  });
  return { bytes, externalData };
}

async function predictor(model: AnyModel, out: string, options: Options): Promise<Exported> {
  const foreign = ['channels-first', 'external-data'].find((name) => options.flag(name));
  if (foreign) {
    throw new UsageError(`--${foreign} is for ONNX files, and ${out} will be a predictor. Leave it out.`, 'export');
  }
  return { bytes: await exportPredictor(model, { batchSize: options.whole('batch-size', 1) ?? 'any' }) };
}

/** `runs/model.safetensors` → `runs/model.onnx`. */
export function withExtension(path: string, extension: string): string {
  return path.slice(0, path.length - extname(path).length) + extension;
}
