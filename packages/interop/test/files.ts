// Files as Keras lays them out, written with the HDF5 library itself.
import { strToU8, zipSync } from 'fflate';
import type { Group } from 'h5wasm';

/** An array to store. */
export interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

let count = 0;

async function hdf5(fill: (root: Group) => void): Promise<Uint8Array> {
  const library = await import('h5wasm');
  const { FS } = await library.ready;
  const path = `test-${count++}.h5`;
  const file = new library.File(path, 'w');
  fill(file);
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}

function put(group: Group, name: string, { shape, data }: Stored): void {
  group.create_dataset({ name, data: Float32Array.from(data), shape: [...shape] });
}

/** A `.h5` file of Keras 1 and 2: a description, and a group per layer that lists its arrays. */
export function olderFile(config: object | null, weights: Readonly<Record<string, Readonly<Record<string, Stored>>>>) {
  return hdf5((root) => {
    if (config) root.create_attribute('model_config', JSON.stringify(config));
    root.create_group('model_weights');
    const group = root.get('model_weights') as Group;
    group.create_attribute('layer_names', Object.keys(weights));
    for (const [layer, arrays] of Object.entries(weights)) {
      group.create_group(layer);
      const inner = group.get(layer) as Group;
      if (Object.keys(arrays).length === 0) continue;
      inner.create_attribute(
        'weight_names',
        Object.keys(arrays).map((name) => `${layer}/${name}:0`),
      );
      inner.create_group(layer);
      for (const [name, array] of Object.entries(arrays)) put(inner.get(layer) as Group, `${name}:0`, array);
    }
  });
}

/** A `.keras` archive of version 3: `config.json`, and a tree of numbered arrays. */
export async function archive(
  config: object,
  layers: Readonly<Record<string, readonly Stored[] | Readonly<Record<string, Stored>>>>,
  assets: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const weights = await hdf5((root) => {
    root.create_group('layers');
    for (const [path, arrays] of Object.entries(layers)) {
      let group = root.get('layers') as Group;
      for (const part of [...path.split('/'), 'vars']) {
        if (!group.keys().includes(part)) group.create_group(part);
        group = group.get(part) as Group;
      }
      for (const [name, array] of Object.entries(arrays)) put(group, name, array);
    }
  });
  const texts = Object.entries(assets).map(([path, text]) => [`assets/${path}`, strToU8(text)]);
  return zipSync({
    ...Object.fromEntries(texts),
    'config.json': strToU8(JSON.stringify(config)),
    'model.weights.h5': weights,
  });
}
