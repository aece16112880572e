// Models to files

export { checkModel } from './export/check.ts';
export {
  type Exportable,
  type ExportOptions,
  exportOnnx,
  exportOnnxFiles,
  type OnnxFiles,
} from './export/export.ts';
export type { ExternalOptions } from './export/external.ts';

// Files to models

export type { ExternalSource } from './import/external.ts';
export type { Declaration, OnnxGraph, OnnxGraphOptions, RunOptions, StoredWeight } from './import/graph.ts';
export { type ImportOptions, importOnnx, readOnnx, readTensor } from './import/import.ts';
export { OnnxLayer, type OnnxLayerConfig, onnxPlugin } from './import/layer.ts';
export { importedOperators } from './import/operators/table.ts';
export type { StoredTensor } from './import/stored-tensor.ts';

// Graphs

export {
  type Draft,
  inputName,
  type LowerOptions,
  loweredOps,
  lowerGraph,
  type Message,
  type MessageName,
  OPSET,
  outputName,
  readModel,
  writeModel,
} from '@nablajs/onnx-graph';
