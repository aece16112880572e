export type { CudaDevice } from './cuda/driver.ts';
export { type CudaFinding, type CudaPart, type CudaReport, type CudaReportOptions, cudaReport } from './cuda/report.ts';
export { type OnnxRuntimeOptions, onnxruntime } from './onnxruntime.ts';
