import type { LayerClass } from '../base/registry.ts';
import { Activation } from './activation.ts';
import { ELU, LeakyReLU, PReLU, ReLU } from './rectifiers.ts';
import { Softmax } from './softmax.ts';
import { RReLU, ThresholdedReLU } from './thresholds.ts';

/** The layers of this folder. */
export const activationLayers: readonly LayerClass[] = [
  Activation,
  ReLU,
  LeakyReLU,
  ELU,
  PReLU,
  Softmax,
  RReLU,
  ThresholdedReLU,
];
