export { type OnnxRuntimeOptions, onnxruntime } from './backend.ts';
