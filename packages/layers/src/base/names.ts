import { ConfigError } from '@nablajs/tensor';

/** The name of a layer that has none: `Dense` → `dense`, `MaxPooling2D` → `max_pooling2d`, `acme/GhostNorm` → `ghost_norm`. */
export function defaultName(type: string): string {
  return type
    .slice(type.lastIndexOf('/') + 1)
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** A layer's name as it was given. Throws ConfigError for one that is none. */
export function checkName(type: string, name: unknown): string {
  if (typeof name === 'string' && !name.includes('/')) return name;
  throw new ConfigError(
    `${type}: name must be text without '/', which separates layer and weight in files, got ${JSON.stringify(name)}.`,
  );
}

/** `base`, or `base_1`, `base_2`, ... whichever is free. */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  for (let i = 1; ; i++) if (!taken.has(`${base}_${i}`)) return `${base}_${i}`;
}

/** Gives every layer that has no name one after its class, unique among them. */
export function nameAll(layers: readonly { name: string; readonly isNamed: boolean; readonly type: string }[]): void {
  const taken = new Set(layers.flatMap(({ isNamed, name }) => (isNamed ? [name] : [])));
  for (const layer of layers) {
    if (layer.isNamed) continue;
    layer.name = freeName(defaultName(layer.type), taken);
    taken.add(layer.name);
  }
}
