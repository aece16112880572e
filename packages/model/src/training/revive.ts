// What few compilations need of the optimizers, so that the others do not fetch it.

export { LossScaleOptimizer, optimizerFrom } from '@nablajs/optimizers';
