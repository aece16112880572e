import { ConfigError } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { Callback } from './callback.ts';

/** Options of {@link SwapEMAWeights}. */
export interface SwapEMAWeightsOptions {
  /** Also at the end of each epoch, for callbacks after this one, such as checkpoints. Default `false`. */
  readonly swapOnEpoch?: boolean;
}

/**
 * Validates with the averages of the weights that the optimizer keeps, and trains on with the weights. Optimizers do so with
 * the option `useEma`, and `ASGD` by its rule.
 */
export class SwapEMAWeights implements Callback {
  readonly #swapOnEpoch: boolean;
  #model: AnyModel | null = null;
  #swapped = false;

  constructor({ swapOnEpoch = false }: SwapEMAWeightsOptions = {}) {
    this.#swapOnEpoch = swapOnEpoch;
  }

  setModel(model: AnyModel): void {
    this.#model = model;
    this.#swapped = false;
  }

  /** @throws ConfigError for an optimizer without averages */
  onTrainBegin(): void {
    const { optimizer } = this.#model!;
    if (optimizer.keepsAverages) return;
    throw new ConfigError(
      `SwapEMAWeights: the optimizer ${optimizer.type} keeps no averages. Make it with { useEma: true }.`,
    );
  }

  onEpochBegin(): void {
    if (this.#swapped) this.#swap();
  }

  onTestBegin(): void {
    this.#swap();
  }

  onTestEnd(): void {
    this.#swap();
  }

  onEpochEnd(): void {
    if (this.#swapOnEpoch) this.#swap();
  }

  onTrainEnd(): void {
    if (this.#swapped) this.#swap();
  }

  #swap(): void {
    const { optimizer, trainableWeights } = this.#model!;
    for (const weight of trainableWeights) {
      const average = optimizer.averageOf(weight);
      if (!average) continue;
      const [own, other] = [weight.value, average.value];
      weight.assign(other);
      average.assign(own);
    }
    this.#swapped = !this.#swapped;
  }
}
