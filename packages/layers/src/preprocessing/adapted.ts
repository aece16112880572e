// Layers that learn a part of their configuration from data, before anything is trained.
import { ConfigError, isTensor, type NestedArray, type Tensor, tensor } from '@nablajs/tensor';
import type { LayerJSON } from '../base/json.ts';
import { Layer } from '../base/layer.ts';
import type { Value } from '../base/value.ts';

/** One batch: a tensor, nested lists of numbers, or what data sets give, of which `x` counts. */
export type AdaptBatch = Tensor | NestedArray | { readonly x: Tensor };

/** What layers adapt to: a tensor, nested lists of numbers, or batches, one after the other. */
export type AdaptData = Tensor | NestedArray | Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>;

/** The batches of what a layer adapts to, as tensors. */
export async function* batchesOf(data: AdaptData, dtype: 'float32' | 'int32' = 'float32'): AsyncGenerator<Tensor> {
  if (isTensor(data)) yield data;
  else if (typeof data !== 'object' || data === null) yield tensor(data, dtype);
  else if (Array.isArray(data) && !data.some((item) => isTensor(item) || isBatch(item))) yield tensor(data, dtype);
  else {
    for await (const batch of data as AsyncIterable<AdaptBatch>) {
      const x = isBatch(batch) ? batch.x : batch;
      yield isTensor(x) ? x : tensor(x, dtype);
    }
  }
}

function isBatch(value: unknown): value is { readonly x: Tensor } {
  return typeof value === 'object' && value !== null && 'x' in value && isTensor(value.x);
}

/** A layer of which a part of the configuration may be learned. What was learned is saved like what was given. */
export abstract class AdaptedLayer<C extends object, I extends Value = Tensor> extends Layer<C, I> {
  #learned: Partial<C> = {};

  /** @throws ConfigError once the layer was applied: models compiled before would not notice */
  protected learn(part: Partial<C>): void {
    if (this.built) {
      throw new ConfigError(
        `${this.type}: adapt must come before the layer is applied or added to a model that has an input. Make a new layer, and adapt it first.`,
      );
    }
    this.#learned = part;
  }

  override get config(): Readonly<C> {
    return { ...super.config, ...this.#learned };
  }

  override toJSON(): LayerJSON {
    const json = super.toJSON();
    return { ...json, config: { ...json.config, ...this.#learned } };
  }
}
