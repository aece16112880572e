// What users hand to fit, evaluate and predict, as a source of batches.
import { type Batch, type Dataset, type Table, type TypedArray, tableOf, type Values } from '@nablajs/data';
import {
  ConfigError,
  type HostArray,
  isRecord,
  isTensor,
  NablaError,
  type NestedArray,
  type Tensor,
  type Tree,
} from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { type Places, perPlace } from '../topology/structure.ts';
import { checkBatchSize, DEFAULT_BATCH } from './batch-size.ts';
import { isBatches } from './is-batches.ts';
import { rowBatches } from './rows.ts';
import { type Batches, type BatchSource, sourceOf } from './source.ts';

/** Samples along the first axis: a tensor, nested arrays, or a typed array (one number per sample). */
export type ModelData = Tensor | NestedArray | HostArray | TypedArray;

/** Data for a model: for several inputs or outputs a list, or a record under their names. */
export type ModelInput = ModelData | readonly ModelData[] | Readonly<Record<string, ModelData>>;

/** True for what brings batches of its own, with targets and weights. */
export function isSource(x: unknown): x is Dataset | Batches {
  return isBatches(x);
}

/**
 * The data in batches. What brings its own batches is taken as it is.
 * @throws ConfigError when targets come twice, ShapeError when sizes differ
 */
export function asSource(
  caller: string,
  model: AnyModel,
  x: ModelInput | Dataset | Batches,
  y: ModelInput | undefined,
  sampleWeight: ModelInput | undefined,
  batchSize: number = DEFAULT_BATCH,
): BatchSource {
  if (isSource(x)) {
    if (y !== undefined) throw new ConfigError(`${caller}: a Dataset brings its own targets; leave out y.`);
    return sourceOf(x);
  }
  checkBatchSize(caller, batchSize);
  return rowBatches(samples(caller, model, x, y, sampleWeight), batchSize);
}

/** The data sample by sample. */
export function samples(
  caller: string,
  model: AnyModel,
  x: ModelInput,
  y: ModelInput | undefined,
  sampleWeight: ModelInput | undefined,
): Table {
  const { inputPlaces, outputPlaces } = model;
  const isKnown = model.inputSpec !== null;
  const inputs = named(`${caller}: x`, x, isKnown ? inputPlaces : null);
  const truth = y === undefined ? undefined : named(`${caller}: y`, y, isKnown ? without(outputPlaces, y) : null);
  if (sampleWeight === undefined || !(isRecord(sampleWeight) || isList(sampleWeight))) {
    return inWordsOf(caller, () => tableOf({ x: inputs, y: truth, sampleWeight }));
  }
  // A table has one weight per sample; several travel with the targets.
  const weights = named(`${caller}: sampleWeight`, sampleWeight, isKnown ? outputPlaces : null);
  const table = inWordsOf(caller, () => tableOf({ x: inputs, y: { truth: truth ?? [], weights } }));
  return {
    ...table,
    gather(indices) {
      const { y: both, ...batch } = table.gather(indices);
      const { truth: found, weights: each } = both as unknown as Pick<Batch, 'sampleWeight'> & Record<string, never>;
      return { ...batch, y: found as Batch['y'], sampleWeight: each };
    },
  };
}

/** Who called `fit` knows nothing of the data set that is made for it. */
function inWordsOf<T>(caller: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof NablaError) || !error.detail.startsWith('Dataset.from: ')) throw error;
    const Kind = error.constructor as new (detail: string, place: object) => NablaError;
    throw new Kind(error.detail.replace('Dataset.from', caller), { cause: error });
  }
}

/** The places that a record has something for: outputs without a loss need no targets. */
function without(places: Places, given: ModelInput): Places {
  if (!isRecord(given)) return places;
  const names = places.names.filter((name) => given[name] !== undefined);
  const stray = Object.keys(given).some((name) => !names.includes(name));
  return stray || names.length === 0 ? places : { ...places, names, form: places.form === 'one' ? 'one' : names };
}

/** Data under the names of what they are for; as they are for one place, or while the places are unknown. */
function named(caller: string, data: ModelInput, places: Places | null): Tree<Values> {
  if (places === null || (places.form === 'one' && !isRecord(data))) return data as Tree<Values>;
  const each = perPlace<Values>(caller, data, places);
  return places.form === 'one' ? each[0]! : Object.fromEntries(places.names.map((name, i) => [name, each[i]!]));
}

function isList(data: unknown): boolean {
  return Array.isArray(data) && data.some((item) => isTensor(item) || ArrayBuffer.isView(item) || Array.isArray(item));
}
