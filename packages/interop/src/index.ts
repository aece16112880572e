export { readKeras, readKerasWeights } from './keras/read.ts';
export type { ReadOptions } from './keras/topology.ts';
export { readTfjs } from './tfjs/read.ts';
export { readTorchWeights, type TorchOptions } from './torch/read.ts';
