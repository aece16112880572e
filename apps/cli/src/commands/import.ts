import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { importOnnx } from '@nablajs/onnx';
import { FormatError } from '@nablajs/tensor';
import { displayFor } from '../display/display.ts';
import { writeFiles } from '../output/folder.ts';
import type { Command } from './command.ts';
import { withExtension } from './export.ts';

/** `nabla import <file>` */
export const importModel: Command = async ([path], options, io) => {
  const out = options.text('out') ?? withExtension(path!, '.safetensors');
  const output = options.text('output');
  const model = importOnnx(await read(path!), {
    folder: dirname(path!),
    layout: options.flag('channels-last') ? 'channelsLast' : 'file',
    ...(output === undefined ? {} : { outputs: [output] }),
  });
  await writeFiles(dirname(out), { [basename(out)]: await model.toBytes() });
  const parameters = model.weights.reduce((sum, { size }) => sum + size, 0);
  displayFor(io, options).result(
    'imported',
    { file: path, model: out, parameters },
    `Wrote ${out}: ${parameters} parameters.`,
    out,
  );
};

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FormatError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
