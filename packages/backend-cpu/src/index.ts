export { type CpuBackend, type CpuInfo, type CpuOptions, cpu } from './backend.ts';
