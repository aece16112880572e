export { readKeras, readKerasText, readKerasWeights, type TextModel } from './keras/read.ts';
export type { TextLayer } from './keras/text.ts';
export type { ReadOptions } from './keras/topology.ts';
export { readTfjs } from './tfjs/read.ts';
export { readTorchWeights, type TorchOptions } from './torch/read.ts';
