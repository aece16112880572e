// One folder per family, which lists its own exports.

export * from './activations/index.ts';
export { type Application, applicationsBy } from './base/application.ts';
export type { LayerJSON, PieceJSON } from './base/json.ts';
export { type AnyLayer, Layer, type Mode } from './base/layer.ts';
export { maskOf, withMask } from './base/mask.ts';
export { defaultName, freeName, nameAll } from './base/names.ts';
export type { Complete, LayerOptions } from './base/options.ts';
export { addPenalty, collectPenalties, takePenalties } from './base/penalty.ts';
export { Input, InputLayer, type InputOptions, type LayerCall, Placeholder } from './base/placeholder.ts';
export { type LayerClass, type LayerRegistry, layerFromJSON, type PieceClass, registryOf } from './base/registry.ts';
export { listOf, type MasksOf, mapEach, type PlaceholdersOf, type SpecsOf, type Value } from './base/value.ts';
export { type WeightMaker, type WeightOptions, withBlankWeights } from './base/weights.ts';
export * from './basic/index.ts';
export { builtinLayers } from './builtin.ts';
export * from './constraints/index.ts';
export * from './convolution/index.ts';
export * from './dense/index.ts';
export * from './image/index.ts';
export * from './initializers/index.ts';
export * from './normalization/index.ts';
export * from './pooling/index.ts';
export * from './regularization/index.ts';
export * from './regularizers/index.ts';
export * from './shape/index.ts';
export * from './spatial/index.ts';
export * from './weights/index.ts';
