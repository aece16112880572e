import { defaultName, type Layer } from '@nablajs/layers';
import { ConfigError } from '@nablajs/tensor';

/** The layer's own name, or `dense`, `dense_1`, ... after its type, unique among `others`. */
export function uniqueName(layer: Layer, others: readonly Layer[], model: string): string {
  const taken = new Set(others.map(({ name }) => name));
  if (layer.name !== '') {
    if (!taken.has(layer.name)) return layer.name;
    throw new ConfigError(
      `model '${model}' has two layers named "${layer.name}". Give one another name: { name: '${layer.name}_2' }.`,
    );
  }
  const base = defaultName(layer.type);
  if (!taken.has(base)) return base;
  for (let i = 1; ; i++) if (!taken.has(`${base}_${i}`)) return `${base}_${i}`;
}
