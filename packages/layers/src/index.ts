// One folder per family, which lists its own exports.

export * from './activations/index.ts';
export type { LayerJSON, PieceJSON } from './base/json.ts';
export { defaultName, Layer, type Mode } from './base/layer.ts';
export type { Complete, LayerOptions } from './base/options.ts';
export { Input, InputLayer, type InputOptions, Placeholder } from './base/placeholder.ts';
export { type LayerClass, type LayerRegistry, layerFromJSON, type PieceClass, registryOf } from './base/registry.ts';
export { type WeightMaker, type WeightOptions, withBlankWeights } from './base/weights.ts';
export { builtinLayers } from './builtin.ts';
export * from './convolution/index.ts';
export * from './dense/index.ts';
export * from './initializers/index.ts';
export * from './normalization/index.ts';
export * from './pooling/index.ts';
export * from './regularization/index.ts';
export * from './regularizers/index.ts';
export * from './shape/index.ts';
export * from './spatial/index.ts';
