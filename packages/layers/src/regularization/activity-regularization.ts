import type { Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { type Complete, type LayerOptions, nonNegative, positional, readLayerOptions } from '../base/options.ts';
import { penalized } from '../regularizers/activity.ts';
import { L1L2 } from '../regularizers/norms.ts';

/** Options of {@link ActivityRegularization}. */
export interface ActivityRegularizationOptions extends LayerOptions {
  /** Factor of the sum of absolute values. Default 0. */
  readonly l1?: number;
  /** Factor of the sum of squares. Default 0. */
  readonly l2?: number;
}

/**
 * Passes its input on, and adds a penalty on it to the loss: `(l1 * sum |x| + l2 * sum x^2) / batch`.
 * @example new ActivityRegularization(0, 1e-3)
 */
export class ActivityRegularization extends Layer<Complete<ActivityRegularizationOptions>> {
  static override readonly type: string = 'ActivityRegularization';
  static override readonly supportsMasking: boolean = true;

  constructor(l1?: number | ActivityRegularizationOptions, l2?: number, options: LayerOptions = {}) {
    const fields = { l1: nonNegative(0), l2: nonNegative(0) };
    super(readLayerOptions('ActivityRegularization', fields, positional({ l1, l2 }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    return penalized(x, new L1L2(this.config));
  }
}
