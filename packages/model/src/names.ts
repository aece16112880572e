import { type AnyLayer, nameAll } from '@nablajs/layers';
import { ConfigError, closest } from '@nablajs/tensor';
import type { AnyModel } from './model.ts';

/** Names the layers of a model that have no name yet. Throws ConfigError when two were given the same. */
export function nameLayers(layers: readonly AnyLayer[], model: string): void {
  const given = layers.flatMap(({ isNamed, name }) => (isNamed ? [name] : []));
  const twice = given.find((name, i) => given.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ConfigError(
      `model '${model}' has two layers named "${twice}". Give one another name: { name: '${twice}_2' }.`,
    );
  }
  nameAll(layers);
}

/** The layer of a model that has a name. Throws ConfigError with the nearest known one. */
export function layerNamed(model: string, layers: readonly AnyLayer[], name: string): AnyLayer {
  const found = layers.find((layer) => layer.name === name);
  if (found) return found;
  const names = layers.map((layer) => layer.name);
  const near = closest(name, names);
  throw new ConfigError(
    `model '${model}' has no layer '${name}'. ${near ? `Did you mean '${near}'?` : `It has ${names.join(', ')}.`}`,
  );
}

/** The layer that makes an output, where it is known. */
export function outputLayer(model: Pick<AnyModel, 'graph' | 'layers'>, at: number): AnyLayer | undefined {
  return model.graph ? (model.graph.outputs[at]?.layer ?? undefined) : model.layers.at(-1);
}

/** How messages name a layer: `"dense_1" (Dense)`. */
export function layerLabel(layer: { readonly name: string; readonly type: string }): string {
  return `"${layer.name}" (${layer.type})`;
}
