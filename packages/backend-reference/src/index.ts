export { type ReferenceOptions, reference } from './backend.ts';
