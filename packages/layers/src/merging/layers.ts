import type { LayerClass } from '../base/registry.ts';
import { Concatenate } from './concatenate.ts';
import { Dot } from './dot.ts';
import { Add, Average, Maximum, Minimum, Multiply, Subtract } from './elementwise.ts';

/** The layers of this folder. */
export const mergingLayers: readonly LayerClass[] = [
  Add,
  Subtract,
  Multiply,
  Average,
  Maximum,
  Minimum,
  Concatenate,
  Dot,
];
