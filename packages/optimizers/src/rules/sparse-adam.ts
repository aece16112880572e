import type { Tensor } from '@nablajs/tensor';
import type { Update, UpdateCall } from '../base/options.ts';
import { Adam, type AdamConfig } from './adam.ts';
import type { AdamSlots } from './adam-slots.ts';

/**
 * {@link Adam} for embeddings, of which a batch uses few rows: only rows (along the first axis) whose gradient is not 0 move, and
 * only their means. Adam itself would let all others go on by their momentum. As PyTorch's, which takes sparse gradients; here
 * they are dense, and a row that a batch used with a gradient of exactly 0 counts as not used. Weight decay shrinks all rows.
 */
export class SparseAdam extends Adam {
  static override readonly type: string = 'SparseAdam';
  static override readonly defaults: object = { ...Adam.defaults, epsilon: 1e-8 };

  protected override update(call: UpdateCall<AdamConfig, AdamSlots>): Update<AdamSlots> {
    const { parameter, gradient, slots } = call;
    const within = gradient.shape.map((_, axis) => axis).slice(1);
    const isOther = gradient.notEqual(0);
    const used = within.length === 0 ? isOther : isOther.any(within, { keepDims: true });
    const next = super.update(call);
    const kept = Object.entries(next.slots) as [keyof AdamSlots, Tensor][];
    return {
      parameter: used.where(next.parameter, parameter),
      slots: Object.fromEntries(kept.map(([name, value]) => [name, used.where(value, slots[name]!)])),
    };
  }
}
