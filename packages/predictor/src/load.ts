import { checksumOf, readSafetensors, type StoredTensor } from '@nablajs/model';
import { type Backend, FormatError, resolveBackend } from '@nablajs/tensor';
import { KEY, parseStored } from './format.ts';
import { Predictor } from './predictor.ts';

/** Options of {@link loadPredictor}. */
export interface LoadPredictorOptions {
  /** Where it computes. Default: the current backend. */
  readonly backend?: Backend;
  /** Named in messages. Default `the file`. */
  readonly file?: string;
}

/**
 * Makes a predictor of the bytes that `exportPredictor` wrote. Needs no layers, plugins or tensors.
 * @throws FormatError for damaged files and files of other kinds; UnsupportedOpError, at the first prediction, when the
 * file was written for another backend
 * @example
 * const predictor = await loadPredictor(new Uint8Array(await (await fetch('digits.predictor')).arrayBuffer()));
 * const { data } = await predictor.predict(pixels);
 */
export async function loadPredictor(bytes: Uint8Array, options: LoadPredictorOptions = {}): Promise<Predictor> {
  const { file = 'the file' } = options;
  const { tensors, metadata } = readSafetensors(bytes, file);
  const text = metadata[KEY];
  if (text === undefined) {
    throw new FormatError(
      `${file} holds tensors but no predictor. Write one with exportPredictor(model); saved models are read with modelFromBytes(bytes).`,
    );
  }
  if (metadata['checksum'] !== checksumOf(text, tensors)) {
    throw new FormatError(`${file} was damaged after it was written: its checksum differs. Copy or export it again.`);
  }
  const stored = parseStored(parsed(text, file), file);
  const named = (name: string): StoredTensor => {
    const found = tensors.get(name);
    if (found) return found;
    throw new FormatError(`${file}: its graph needs a tensor '${name}', which is not there.`);
  };
  const [weights, constants] = [stored.weights.map(named), stored.constants.map(named)];
  return new Predictor({ stored, weights, constants, file }, options.backend ?? (await resolveBackend()));
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${file}: the description of its graph is not JSON (${(error as Error).message}).`);
  }
}
