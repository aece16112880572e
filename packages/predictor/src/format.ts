// What a predictor's file holds: safetensors with the weights, and the graph as JSON beside them.
import { checksumOf, readSafetensors, type StoredTensor, writeSafetensors } from '@nablajs/model';
import {
  DTYPES,
  type DType,
  FormatError,
  formatSpec,
  type Graph,
  type Shape,
  type Spec,
  specOf,
} from '@nablajs/tensor';
import { graphOf, isCounts, isGraph, isNames, type StoredGraph } from './graph.ts';

/** The metadata entry with the graph. */
const KEY = 'nabla.predictor';

/** The format that is written; newer ones are refused. */
export const VERSION = 1;

/** A stored input or output. */
export interface StoredPlace {
  readonly name: string;
  readonly dtype: DType;
  /** Of one sample. */
  readonly shape: Shape;
}

/** The JSON beside the weights. */
export interface Stored extends StoredGraph {
  readonly version: number;
  readonly inputs: readonly StoredPlace[];
  readonly outputs: readonly StoredPlace[];
  /** The only batch size, or `null` for any. */
  readonly batchSize: number | null;
  /** Names of the tensors that are inputs after the model's own, in their order. */
  readonly weights: readonly string[];
}

/** A file that was read. */
export interface Loaded {
  readonly stored: Stored;
  readonly weights: readonly StoredTensor[];
  readonly constants: readonly StoredTensor[];
  /** For messages. */
  readonly file: string;
  /** The function that writes such a file, for messages. */
  readonly writer: string;
}

/** The parts of a file, its checksum compared. */
export interface Contents {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
  /** The JSON of the predictor, as text. */
  readonly text: string;
}

/** @throws FormatError for damaged files and files of other kinds */
export function readContents(bytes: Uint8Array, file: string): Contents {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const text = metadata[KEY];
  if (text === undefined) {
    throw new FormatError(
      `${file} holds tensors but no predictor. Write one with exportPredictor(model); saved models are read with modelFromBytes(bytes).`,
    );
  }
  if (metadata['checksum'] !== checksumOf(text, tensors)) throw damaged(file);
  return { tensors, metadata, text };
}

/** The error for a file whose bytes are not those that were written. */
export function damaged(file: string): FormatError {
  return new FormatError(`${file} was damaged after it was written: its checksum differs. Copy or export it again.`);
}

/** The predictor in a file. @throws FormatError where its description is damaged */
export function loadedFrom({ tensors, text }: Contents, file: string, writer: string): Loaded {
  const stored = parseStored(jsonOf(text, file), file);
  const [weights, constants] = [
    tensorsNamed(stored.weights, tensors, file),
    tensorsNamed(stored.constants, tensors, file),
  ];
  return { stored, weights, constants, file, writer };
}

/** Tensors of a file by their names. @throws FormatError for one that is not there */
export function tensorsNamed(
  names: readonly string[],
  tensors: ReadonlyMap<string, StoredTensor>,
  file: string,
): readonly StoredTensor[] {
  return names.map((name) => {
    const found = tensors.get(name);
    if (found) return found;
    throw new FormatError(`${file}: its graph needs a tensor '${name}', which is not there.`);
  });
}

/** Parsed metadata. @throws FormatError */
export function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${file}: the description of its graph is not JSON (${(error as Error).message}).`);
  }
}

/** A predictor's file, with the JSON as text, and whatever else it is to hold. */
export function predictorFile(
  text: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  more: Readonly<Record<string, string>> = {},
): Uint8Array {
  return writeSafetensors({ tensors, metadata: { [KEY]: text, checksum: checksumOf(text, tensors), ...more } });
}

/** The graph for batches of one size. @throws FormatError where it contradicts itself */
export function graphAt({ stored, weights, constants, file }: Loaded, size: number): Graph {
  const inputs = [
    ...stored.inputs.map((place) => specAt(place, size)),
    ...weights.map(({ dtype, shape }) => ({ dtype, shape })),
  ];
  const graph = graphOf({ stored, inputs, constants, size, file });
  const values = inputs.length + constants.length + graph.code.length;
  stored.outputs.forEach((place, i) => {
    const [wanted, value] = [formatSpec(specAt(place, size)), stored.results[i]!];
    if (value < values && formatSpec(specOf(graph, value)) === wanted) return;
    throw new FormatError(`${file}: its graph does not compute the output '${place.name}', ${wanted}.`);
  });
  return graph;
}

/** The spec of a batch. */
export function specAt({ dtype, shape }: StoredPlace, size: number): Spec {
  return { dtype, shape: [size, ...shape] };
}

/** Throws FormatError for formats of later versions. */
export function checkVersion(version: unknown, file: string): void {
  if (typeof version === 'number' && version > VERSION) {
    throw new FormatError(
      `${file} has format ${version}, and this version reads up to ${VERSION}. Update @nablajs/predictor.`,
    );
  }
}

function parseStored(json: unknown, file: string): Stored {
  const { version, inputs, outputs, batchSize, weights, results } = Object(json) as Partial<Stored>;
  checkVersion(version, file);
  const isSound =
    version === VERSION &&
    isPlaces(inputs) &&
    isPlaces(outputs) &&
    (batchSize === null || (isCounts([batchSize]) && batchSize! > 0)) &&
    isNames(weights) &&
    isGraph(json) &&
    results!.length === outputs.length;
  if (!isSound) throw new FormatError(`${file}: the description of its graph is damaged.`);
  return json as Stored;
}

export function isPlaces(value: unknown): value is readonly StoredPlace[] {
  return (
    Array.isArray(value) &&
    value.every(
      (place: Partial<StoredPlace>) =>
        typeof place?.name === 'string' && DTYPES.includes(place.dtype!) && isCounts(place.shape),
    )
  );
}
