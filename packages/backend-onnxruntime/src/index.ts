export { type OnnxRuntimeOptions, onnxruntime } from './onnxruntime.ts';
