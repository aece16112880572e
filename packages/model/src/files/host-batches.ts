// What metrics on the host were given, as tensors of a file: `host/3/0/truth`, of the fourth batch and the first output.
import type { HostArray, Spec } from '@nablajs/tensor';
import type { HostBatch } from '../training/read.ts';
import type { StoredTensor } from './safetensors.ts';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** Batches as tensors by name. */
export function hostTensors(batches: readonly HostBatch[]): Tensors {
  const tensors = new Map<string, StoredTensor>();
  for (const [i, { output, truth, prediction, specs, weights }] of batches.entries()) {
    const place = `host/${i}/${output}`;
    tensors.set(`${place}/truth`, { ...specs.truth, data: truth });
    tensors.set(`${place}/prediction`, { ...specs.prediction, data: prediction });
    for (const [metric, data] of weights.entries()) {
      if (data) tensors.set(`${place}/weights/${metric}`, { shape: [data.length], dtype: 'float32', data });
    }
  }
  return tensors;
}

/** The batches among the tensors of a file, which are in their order. */
export function hostBatchesIn(tensors: Tensors): readonly HostBatch[] {
  const parts = new Map<string, Map<string, StoredTensor>>();
  for (const [name, tensor] of tensors) {
    const [, place, part] = /^host\/(\d+\/\d+)\/(.+)$/.exec(name) ?? [];
    if (place === undefined) continue;
    const batch = parts.get(place) ?? new Map<string, StoredTensor>();
    parts.set(place, batch.set(part!, tensor));
  }
  return [...parts].flatMap(([place, batch]) => {
    const [truth, prediction] = [batch.get('truth'), batch.get('prediction')];
    if (!truth || !prediction) return [];
    const weights: (HostArray | undefined)[] = [];
    for (const [part, { data }] of batch) {
      if (part.startsWith('weights/')) weights[Number(part.slice('weights/'.length))] = data;
    }
    const specs = { truth: specOf(truth), prediction: specOf(prediction) };
    const output = Number(place.slice(place.indexOf('/') + 1));
    return [{ output, truth: truth.data, prediction: prediction.data, specs, weights }];
  });
}

function specOf({ shape, dtype }: StoredTensor): Spec {
  return { shape, dtype };
}
