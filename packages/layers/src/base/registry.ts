// From JSON back to layers. Classes are passed as values: nothing registers itself by being imported.
import { adviceFor, ConfigError, isRecord } from '@nablajs/tensor';
import { isPieceJSON, type LayerJSON, type PieceJSON } from './json.ts';
import { type AnyLayer, Layer } from './layer.ts';
import { defaultName } from './names.ts';

/** A class that files may name: a layer, or an activation, initializer, regularizer or constraint of a plugin. */
export interface PieceClass {
  readonly type: string;
  new (config: never): object;
}

/** A class of layers. */
export interface LayerClass extends PieceClass {
  new (config: never): AnyLayer;
}

/** Classes by their type. */
export type LayerRegistry = Readonly<Record<string, PieceClass>>;

/** Classes as a registry, under their types. */
export function registryOf<T extends PieceClass>(...classes: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(classes.map((Class) => [Class.type, Class]));
}

/**
 * The layer that `toJSON` described, without weights.
 * @param registry `builtinLayers`, and the classes of plugins: `{ ...builtinLayers, ...registryOf(GhostNorm) }`
 * @throws ConfigError for an unknown type, naming the package to install; for a configuration the class refuses
 * @example layerFromJSON(layer.toJSON(), builtinLayers)
 */
export function layerFromJSON<L extends AnyLayer = Layer>(json: LayerJSON, registry: LayerRegistry): L {
  const { type, name = '', trainable = true } = checkJSON(json);
  if (!Object.hasOwn(registry, type)) {
    throw new ConfigError(`layer type '${type}' is unknown. ${adviceFor(type, Object.keys(registry))}`);
  }
  const layer = placed(`"${name || defaultName(type)}" (${type})`, () =>
    construct(registry[type]!, json.config, registry),
  );
  if (!(layer instanceof Layer)) {
    throw new ConfigError(
      `type '${type}' is no layer. A registry entry under that name must be a class that extends Layer.`,
    );
  }
  layer.name = name;
  // Freezing freezes the layers inside, which know for themselves whether they are trained.
  if (!trainable) layer.trainable = false;
  return layer as unknown as L;
}

function checkJSON(json: unknown): Partial<LayerJSON> & { readonly type: string } {
  if (!isPieceJSON(json)) {
    throw new ConfigError(`layerFromJSON: expects { type, name, config }, got ${JSON.stringify(json)}.`);
  }
  const { trainable } = json as Partial<LayerJSON>;
  if (trainable !== undefined && typeof trainable !== 'boolean') {
    throw new ConfigError(
      `layer type '${json.type}': trainable must be true or false, got ${JSON.stringify(trainable)}.`,
    );
  }
  return json;
}

/** Says which layer of a file it was whose configuration was refused. */
function placed<T>(path: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (!(error instanceof ConfigError) || error.path !== undefined) throw error;
    throw new ConfigError(error.detail, { path, cause: error });
  }
}

function construct(Class: PieceClass, config: object, registry: LayerRegistry): object {
  return Reflect.construct(Class, [revive(config, registry)]) as object;
}

/** Layers and pieces of a configuration that the registry knows, as objects; what has a short name is read where it is used. */
function revive(value: unknown, registry: LayerRegistry): unknown {
  if (Array.isArray(value)) return value.map((item) => revive(item, registry));
  // A name with a package in it, as short for one without options.
  if (typeof value === 'string' && value.includes('/') && Object.hasOwn(registry, value)) {
    return revive({ type: value, config: {} }, registry);
  }
  if (!isRecord(value)) return value;
  if (isPieceJSON(value)) {
    if ('name' in value) return layerFromJSON(value as PieceJSON as LayerJSON, registry);
    const Class = Object.hasOwn(registry, value.type) ? registry[value.type]! : null;
    // A layer and an initializer may share a name, as Identity do.
    if (Class && !(Class.prototype instanceof Layer)) return construct(Class, value.config, registry);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item, registry)]));
}
