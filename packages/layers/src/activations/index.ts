export { Activation, type ActivationOptions } from './activation.ts';
export {
  type ActivationFunction,
  type ActivationLike,
  type ActivationName,
  activationFrom,
} from './from.ts';
export { NamedActivation } from './named.ts';
export {
  ELU,
  type ELUOptions,
  LeakyReLU,
  type LeakyReLUOptions,
  PReLU,
  type PReLUOptions,
  ReLU,
  type ReLUOptions,
} from './rectifiers.ts';
export { Softmax, type SoftmaxOptions } from './softmax.ts';
export { RReLU, type RReLUOptions, ThresholdedReLU, type ThresholdedReLUOptions } from './thresholds.ts';
