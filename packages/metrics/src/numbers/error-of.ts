import type { Tensor } from '@nablajs/tensor';
import { likePrediction } from '../base/truth.ts';

/** `prediction - truth`. */
export function errorOf(name: string, truth: Tensor, prediction: Tensor): Tensor {
  return prediction.sub(likePrediction(name, truth, prediction).cast(prediction.dtype));
}
