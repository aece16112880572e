import { scalar, type Tensor, type Variable, variable, zeros } from '@nablajs/tensor';

/** The mean loss over an epoch, each batch counted by its samples. */
export class LossTracker {
  readonly #total: Variable = variable(() => zeros([]), { name: 'loss/total', trainable: false });
  readonly #samples: Variable = variable(() => zeros([]), { name: 'loss/samples', trainable: false });

  /** Inside a step: adds a batch's loss. */
  update(loss: Tensor, samples: number): void {
    this.#total.assign(this.#total.value.add(loss.mul(samples)));
    this.#samples.assign(this.#samples.value.add(samples));
  }

  result(): Tensor {
    return this.#total.value.div(this.#samples.value.maximum(1));
  }

  reset(): void {
    this.#total.assign(scalar(0));
    this.#samples.assign(scalar(0));
  }
}
