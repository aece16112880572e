// Margins for decisions: labels -1 and 1, or 0 and 1, which are understood as -1 and 1.
import type { Tensor } from '@nablajs/tensor';
import { alignTruth, ONE_EACH, perSample } from '../base/align.ts';
import { Loss } from '../base/loss.ts';

/**
 * `max(0, 1 - truth * prediction)`, averaged over the last axis. Labels -1 and 1, or 0 and 1.
 * @throws ShapeError when the shapes do not go together
 */
export function hinge(truth: Tensor, prediction: Tensor): Tensor {
  return perSample(margin('hinge', truth, prediction));
}

/** {@link hinge} as a loss. */
export class Hinge extends Loss {
  static override readonly type: string = 'Hinge';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return perSample(margin(this.type, truth, prediction));
  }
}

/**
 * `max(0, 1 - truth * prediction)^2`, averaged over the last axis. Labels -1 and 1, or 0 and 1.
 * @throws ShapeError when the shapes do not go together
 */
export function squaredHinge(truth: Tensor, prediction: Tensor): Tensor {
  return perSample(margin('squaredHinge', truth, prediction).square());
}

/** {@link squaredHinge} as a loss. */
export class SquaredHinge extends Loss {
  static override readonly type: string = 'SquaredHinge';

  call(truth: Tensor, prediction: Tensor): Tensor {
    return perSample(margin(this.type, truth, prediction).square());
  }
}

function margin(name: string, truth: Tensor, prediction: Tensor): Tensor {
  const labels = alignTruth(name, truth, prediction, ONE_EACH);
  const isBinary = labels.equal(0).logicalOr(labels.equal(1)).all();
  return isBinary.where(labels.mul(2).sub(1), labels).mul(prediction).neg().add(1).relu();
}
