export { Flatten, type FlattenOptions } from './flatten.ts';
export { Reshape, type ReshapeOptions } from './reshape.ts';
