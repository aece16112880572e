// Files that hold nothing but the weights of a model.
import { FormatError } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { readBytes, writeBytes } from './disk.ts';
import { type Entry, weightEntries } from './entries.ts';
import { storedTensors } from './model-file.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';
import { assignTensors, checkTensors, fits, mismatch } from './values.ts';

/** Options of `model.loadWeights`. */
export interface LoadWeightsOptions {
  /**
   * Take what the file has under the names of this model's weights, and leave the others as they are. Default `false`: file
   * and model must have the same weights.
   */
  readonly byName?: boolean;
  /** With `byName`: leave weights of another shape as they are, too. Default `false`: they are an error. */
  readonly skipMismatch?: boolean;
}

/** Which weights a file was read into, and which were left as they were. */
export interface LoadedWeights {
  readonly loaded: readonly string[];
  readonly skipped: readonly string[];
}

/** Writes the weights as a safetensors file, whole or not at all. */
export async function saveWeights(model: AnyModel, path: string): Promise<void> {
  const tensors = await storedTensors(weightEntries(model));
  await writeBytes(path, writeSafetensors({ tensors, metadata: { format: 'nabla-weights' } }));
}

/** Reads weights from a safetensors file, also from that of a whole model or of a trainer. */
export async function loadWeights(
  model: AnyModel,
  source: string | Uint8Array,
  { byName = false, skipMismatch = false }: LoadWeightsOptions,
): Promise<LoadedWeights> {
  const file = typeof source === 'string' ? source : 'the file';
  const { tensors } = readSafetensors(typeof source === 'string' ? await readBytes(source) : source, file);
  const entries = weightEntries(model);
  const own = new Set(entries.map(([name]) => name));
  const stored = new Map([...tensors].filter(([name]) => own.has(name) || !/^(optimizer|training)[./]/.test(name)));
  if (!byName) {
    const named = entries.some(([name]) => stored.has(name)) ? stored : inOrder(entries, stored, file);
    checkTensors(entries, named, file);
    assignTensors(entries, named);
    return { loaded: entries.map(([name]) => name), skipped: [] };
  }
  const known = entries.filter(([name]) => stored.has(name));
  if (known.length === 0) {
    throw new FormatError(
      `${file} has none of the weights of model '${model.name}', such as '${entries[0]?.[0]}'; it has '${[...stored.keys()].slice(0, 3).join("', '")}'. Give the layers the names that the file has.`,
    );
  }
  const fitting = known.filter((entry) => fits(entry, stored.get(entry[0])!));
  const odd = known.find((entry) => !fitting.includes(entry));
  if (odd && !skipMismatch) throw mismatch(odd, stored.get(odd[0])!, file);
  assignTensors(fitting, stored);
  const loaded = fitting.map(([name]) => name);
  return { loaded, skipped: entries.map(([name]) => name).filter((name) => !loaded.includes(name)) };
}

/** Of a model with other names, weights are taken in order, as Keras does; shapes are checked later. */
function inOrder(
  entries: readonly Entry[],
  stored: ReadonlyMap<string, StoredTensor>,
  file: string,
): ReadonlyMap<string, StoredTensor> {
  const values = [...stored.values()];
  if (values.length !== entries.length) {
    throw new FormatError(
      `${file} has ${values.length} weights, the model ${entries.length}, and none of the same name. Load those that both have with { byName: true }.`,
    );
  }
  return new Map(entries.map(([name], i) => [name, values[i]!]));
}
