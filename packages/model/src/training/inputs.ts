// What a model is given, as tensors. Pages that only predict fetch this and not what sorts out targets.
import {
  ConfigError,
  fromData,
  type HostArray,
  isRecord,
  isTensor,
  type NestedArray,
  type Spec,
  type Tensor,
  tensor,
} from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { type Places, perPlace } from '../topology/structure.ts';

/** A tensor for each input. Builds the model. */
export function inputsOf(caller: string, model: AnyModel, x: unknown): readonly Tensor[] {
  const { inputs, places } = givenInputs(caller, model, x);
  const specs = inputs.map(({ spec }) => spec);
  model.build(places.form === 'one' ? (specs[0] as Spec) : specs);
  return inputs;
}

/** A tensor for each input, and what they are called. */
export function givenInputs(
  caller: string,
  model: AnyModel,
  x: unknown,
): { readonly inputs: readonly Tensor[]; readonly places: Places } {
  const places = model.inputSpec === null ? unknownPlaces(x) : model.inputPlaces;
  const inputs = perPlace<unknown>(`${caller}: x`, x, places).map((each) => asBatch(`${caller}: x`, each));
  return { inputs, places };
}

/** A model that was never called takes what it gets: a list of tensors is several inputs. */
function unknownPlaces(x: unknown): Places {
  const several = Array.isArray(x) && x.some((item) => isTensor(item) || ArrayBuffer.isView(item));
  if (isRecord(x)) return { what: 'input', names: Object.keys(x), form: Object.keys(x) };
  if (several) return { what: 'input', names: (x as unknown[]).map((_, i) => `input_${i}`), form: 'list' };
  return { what: 'input', names: ['input'], form: 'one' };
}

/** What was given for one input or output. */
export function asBatch(caller: string, value: unknown): Tensor {
  if (isTensor(value)) return value;
  if (Array.isArray(value)) return tensor(value as NestedArray);
  if (ArrayBuffer.isView(value)) return fromData(value as HostArray);
  throw new ConfigError(
    `${caller} must be a tensor or nested lists of numbers, for several inputs a list or a record of them, got ${value === null || value === undefined ? String(value) : `a ${typeof value}`}.`,
  );
}
