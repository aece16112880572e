// Values of a file into variables, checked before any of them is touched.
import { FormatError, formatSpec, fromData, sameShape } from '@nablajs/tensor';
import type { Entry } from './entries.ts';
import type { StoredTensor } from './safetensors.ts';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** Throws FormatError unless a file has exactly the values that are expected. */
export function checkTensors(expected: readonly Entry[], tensors: Tensors, file: string): void {
  const names = new Set(expected.map(([name]) => name));
  const surplus = [...tensors.keys()].find((name) => !names.has(name));
  if (surplus) throw new FormatError(`${file} holds '${surplus}', which its model has no weight for.`);
  for (const entry of expected) {
    const stored = tensors.get(entry[0]);
    if (!stored) throw new FormatError(`${file} has no values for weight '${entry[0]}' of its model.`);
    if (!fits(entry, stored)) throw mismatch(entry, stored, file);
  }
}

/** Assigns what a file has of some variables. */
export function assignTensors(entries: readonly Entry[], tensors: Tensors): void {
  for (const [name, variable] of entries) {
    const stored = tensors.get(name);
    if (stored) variable.assign(fromData(stored.data, variable.shape, variable.dtype));
  }
}

/** Whether stored values have the shape and dtype of a variable. */
export function fits([, { spec }]: Entry, stored: StoredTensor): boolean {
  return stored.dtype === spec.dtype && sameShape(stored.shape, spec.shape);
}

/** The error for values of another shape or dtype. */
export function mismatch([name, { spec }]: Entry, stored: StoredTensor, file: string): FormatError {
  return new FormatError(
    `${file}: weight '${name}' is ${formatSpec(spec)} in the model but ${formatSpec(stored)} in the file.`,
  );
}
