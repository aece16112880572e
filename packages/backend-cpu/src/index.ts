export { type CpuOptions, cpu } from './backend.ts';
