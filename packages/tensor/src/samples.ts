// What ops are tested with, away from what programs load.

export { samplesOf } from './ops/samples/index.ts';
