import { basename, dirname, extname } from 'node:path';
import { exportOnnxFiles } from '@nablajs/onnx';
import { displayFor } from '../display/display.ts';
import { openSaved } from '../models/open.ts';
import { writeFiles } from '../output/folder.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import type { Command } from './command.ts';

/** `nabla export <model>` */
export const exportModel: Command = async ([path], options, io) => {
  const out = options.text('out') ?? withExtension(path!, '.onnx');
  const batchSize = options.whole('batch-size', 1);
  const model = await openSaved(path!, await pluginsOf(options));
  const { model: bytes, externalData } = await exportOnnxFiles(model, {
    file: `${basename(out)}.data`,
    // Without the option, all weights stay in the one file.
    threshold: options.flag('external-data') ? 1024 : Number.POSITIVE_INFINITY,
    batchSize: batchSize ?? 'any',
    layout: options.flag('channels-first') ? 'channelsFirst' : 'model',
  });
  await writeFiles(dirname(out), { [basename(out)]: bytes, ...externalData });
  const beside = Object.entries(externalData).map(([name, data]) => `${name} (${data.length} bytes)`);
  displayFor(io, options).result(
    'exported',
    { model: path, file: out, bytes: bytes.length, externalData: Object.keys(externalData) },
    `Wrote ${[`${out} (${bytes.length} bytes)`, ...beside].join(' and ')}.`,
    out,
  );
};

/** `runs/model.safetensors` → `runs/model.onnx`. */
export function withExtension(path: string, extension: string): string {
  return path.slice(0, path.length - extname(path).length) + extension;
}
