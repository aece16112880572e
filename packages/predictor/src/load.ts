import { type Backend, resolveBackend } from '@nablajs/tensor';
import { loadedFrom, readContents } from './format.ts';
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
  const loaded = loadedFrom(readContents(bytes, file), file, 'exportPredictor');
  return new Predictor(loaded, options.backend ?? (await resolveBackend()));
}
