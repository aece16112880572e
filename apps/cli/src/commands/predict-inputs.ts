import { ConfigError, formatShape, type Spec, type Tensor } from '@nablajs/tensor';
import { listOf, type Model } from 'nablajs';
import { suggestion } from '../arguments/nearest.ts';
import type { Options } from '../arguments/options.ts';
import type { Display } from '../display/display.ts';
import { readInput } from '../inputs/input-file.ts';

/** Predicts from a file per input, and writes all outputs: `--input left=a.npy --input right=b.csv`. */
export async function predictInputs(model: Model, path: string, options: Options, display: Display): Promise<void> {
  const inputs = await tensorsOf(model, path, options);
  const { form } = model.inputPlaces;
  const [first] = Object.values(inputs);
  const predicted = await model.predict((form === 'one' ? first : inputs) as Tensor);
  const tensors = isTensorLike(predicted) ? [predicted] : Object.values<Tensor>(predicted as never);
  const { names } = model.outputPlaces;
  const outputs = Object.fromEntries(
    await Promise.all(tensors.map(async (tensor, i) => [names[i]!, await tensor.array()] as const)),
  );
  const parts = tensors.map(async (tensor, i) => {
    const rows = await rowsOf(tensor);
    return tensors.length === 1 ? rows : `${names[i]} ${formatShape(tensor.shape)}\n${rows}`;
  });
  const text = (await Promise.all(parts)).join('\n\n');
  display.result('prediction', { model: path, outputs }, text, text);
}

async function tensorsOf(model: Model, path: string, options: Options): Promise<Readonly<Record<string, Tensor>>> {
  const { names } = model.inputPlaces;
  const specs = model.inputSpec && listOf<Spec>(model.inputSpec);
  if (!specs) throw new ConfigError(`${path}: the model does not know the shape of its input.`);
  const files = filesOf(names, options);
  const missing = names.filter((name) => !files.has(name));
  if (missing.length > 0) {
    throw options.wrong('input', `is missing for ${missing.join(', ')}: add ${missing.map(example).join(' ')}.`);
  }
  const tensors: [string, Tensor][] = [];
  for (const [i, name] of names.entries()) {
    tensors.push([name, await readInput(files.get(name)!, specs[i]!, options.text('data'))]);
  }
  const counts = new Set(tensors.map(([, { shape }]) => shape[0]));
  if (counts.size === 1) return Object.fromEntries(tensors);
  const found = tensors.map(([name, { shape }]) => `${shape[0]} in ${name}`).join(', ');
  throw new ConfigError(`The inputs are of different numbers of samples: ${found}. Each sample needs all inputs.`);
}

function filesOf(names: readonly string[], options: Options): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const text of options.all('input')) {
    const at = text.indexOf('=');
    const [name, file] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [names.length === 1 ? names[0]! : '', text];
    if (name === '' || file === '') {
      throw options.wrong('input', `is a name and a file, got "${text}". Write ${names.map(example).join(' ')}.`);
    }
    if (!names.includes(name)) {
      throw options.wrong(
        'input',
        `names "${name}"; the model's inputs are ${names.join(', ')}.${suggestion(name, names)}`,
      );
    }
    files.set(name, file);
  }
  return files;
}

/** How the input of a name is given. */
export function example(name: string): string {
  return `--input ${name}=file.npy`;
}

/** One line per sample, its numbers separated by commas. */
async function rowsOf(tensor: Tensor): Promise<string> {
  const values = Array.from((await tensor.data()) as ArrayLike<number>, (value) =>
    String(Number(Number(value).toPrecision(7))),
  );
  const width = values.length / Math.max(1, tensor.shape[0]!);
  return Array.from({ length: tensor.shape[0]! }, (_, row) =>
    values.slice(row * width, (row + 1) * width).join(','),
  ).join('\n');
}

function isTensorLike(value: unknown): value is Tensor {
  return typeof (value as Partial<Tensor>).array === 'function';
}
