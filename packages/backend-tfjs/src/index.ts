export { type TfjsBackend, type TfjsCapabilities, type TfjsOptions, tfjs } from './backend.ts';
export type { EngineName } from './engine/name.ts';
