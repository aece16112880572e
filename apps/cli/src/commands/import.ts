import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fileAdvice } from '@nablajs/data';
import { loadKeras, loadTfjs } from '@nablajs/interop/node';
import { importOnnx } from '@nablajs/onnx';
import { FormatError } from '@nablajs/tensor';
import type { Model } from 'nablajs';
import type { Options } from '../arguments/options.ts';
import { displayFor } from '../display/display.ts';
import { writeFiles } from '../output/folder.ts';
import { pluginsOf } from '../plugins/plugins.ts';
import { grouped } from '../text/numbers.ts';
import type { Command } from './command.ts';
import { withExtension } from './export.ts';

/** `nabla import <file>` */
export const importModel: Command = async ([path], options, io) => {
  const out = options.text('out') ?? withExtension(path!, '.safetensors');
  const model = await modelFrom(path!, options);
  await writeFiles(dirname(out), { [basename(out)]: await model.toBytes() });
  const parameters = model.weights.reduce((sum, { size }) => sum + size, 0);
  displayFor(io, options).result(
    'imported',
    { file: path, model: out, parameters },
    `Wrote ${out}: ${grouped(parameters)} parameters.`,
    out,
  );
};

/** The file's ending says who wrote it. */
async function modelFrom(path: string, options: Options): Promise<Model> {
  const plugins = await pluginsOf(options);
  if (/\.(keras|h5|hdf5)$/i.test(path)) return loadKeras(path, { plugins });
  if (/\.json$/i.test(path)) return loadTfjs(path, { plugins });
  const output = options.text('output');
  const bytes = await read(path);
  return ofFile(path, () =>
    importOnnx(bytes, {
      folder: dirname(path),
      layout: options.flag('channels-last') ? 'channelsLast' : 'file',
      ...(output === undefined ? {} : { outputs: [output] }),
    }),
  );
}

/** Names the file, of which ONNX bytes know nothing. */
function ofFile<T>(path: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${path}: ${error.detail}`, { cause: error });
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FormatError(`cannot read ${path} ${fileAdvice(path, cause)}`, { cause });
  }
}
