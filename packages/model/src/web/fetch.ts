import { type FetchOptions, fetchBytes } from '@nablajs/data/web';
import { type LoadOptions, modelFromBytes } from '../files/load.ts';
import type { Model } from '../model.ts';

/** Options of {@link fetchModel}. */
export interface FetchModelOptions extends LoadOptions, FetchOptions {}

/**
 * A model from a URL, with news of the progress.
 * @throws FormatError when it cannot be fetched or is not a model file
 * @example const model = await fetchModel('/digits.safetensors', { onProgress: (n, all) => bar(n, all) });
 */
export async function fetchModel(url: string | URL, options: FetchModelOptions = {}): Promise<Model> {
  return modelFromBytes(await fetchBytes(url, options), options, String(url));
}
