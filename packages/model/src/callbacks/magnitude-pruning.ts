import { type Compiled, ConfigError, compile, fromData, type Variable, variable } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { Callback } from './callback.ts';

/** Options of {@link MagnitudePruning}. */
export interface MagnitudePruningOptions {
  /** The share of weights that are 0 in the end. 0 to below 1, default 0.5. */
  readonly sparsity?: number;
  /** The first epoch that prunes. Default 0. */
  readonly fromEpoch?: number;
  /** The epoch from which on the share is reached; until then it rises, fast and then slower. Default `fromEpoch`: at once. */
  readonly toEpoch?: number;
  /** Parts of names of the weights that are pruned. Default: those that end in `kernel` or `embeddings`. */
  readonly only?: readonly string[] | null;
}

/**
 * Sets the smallest weights to 0 and keeps them there: at the beginning of each epoch from `fromEpoch` to `toEpoch` of each kernel
 * by itself, more from epoch to epoch. After every batch what was pruned becomes 0 again, so the last weights are as sparse as
 * asked. Computing takes as long as before; zeros make compressed files smaller. A training that begins with zeros keeps them
 * first. Zhu and Gupta, 2017, arXiv:1710.01878.
 * @throws ConfigError for impossible options, and in `fit` when no weight has such a name
 */
export class MagnitudePruning implements Callback {
  readonly #sparsity: number;
  readonly #from: number;
  readonly #to: number;
  readonly #only: readonly string[] | null;
  #model: AnyModel | null = null;
  #masks = new Map<Variable, Variable>();
  /** The epoch whose first batch makes the weights. */
  #late: number | null = null;
  #apply: Compiled<[], void> | null = null;

  constructor({ sparsity = 0.5, fromEpoch = 0, toEpoch = fromEpoch, only = null }: MagnitudePruningOptions = {}) {
    this.#sparsity = sparsity;
    this.#from = fromEpoch;
    this.#to = toEpoch;
    this.#only = only;
    if (!(sparsity >= 0 && sparsity < 1)) {
      throw new ConfigError(`MagnitudePruning: sparsity must be 0 to below 1, got ${String(sparsity)}.`);
    }
    if (Number.isInteger(fromEpoch) && fromEpoch >= 0 && Number.isInteger(toEpoch) && toEpoch >= fromEpoch) return;
    throw new ConfigError(
      `MagnitudePruning: fromEpoch and toEpoch must be whole numbers, the first of at least 0 and the second not before it, got ${String(fromEpoch)} and ${String(toEpoch)}.`,
    );
  }

  setModel(model: AnyModel): void {
    this.#model = model;
    this.#masks = new Map();
    this.#late = null;
    this.#release();
  }

  async onEpochBegin(epoch: number): Promise<void> {
    if (this.#model!.built) await this.#prune(epoch);
    else this.#late = epoch;
  }

  async onBatchEnd(): Promise<void> {
    if (this.#late !== null) await this.#prune(this.#late);
    else if (this.#masks.size > 0) await this.#mask();
    this.#late = null;
  }

  /** Nothing of the logs is needed. */
  wantsLogs(): boolean {
    return false;
  }

  onTrainEnd(): void {
    this.#release();
  }

  async #prune(epoch: number): Promise<void> {
    if (epoch < this.#from || (epoch > this.#to && this.#masks.size > 0)) return;
    const progress = this.#to === this.#from ? 1 : Math.min(1, (epoch - this.#from + 1) / (this.#to - this.#from + 1));
    const share = this.#sparsity * (1 - (1 - progress) ** 3);
    for (const weight of this.#pruned()) {
      const mask = fromData(smallestOut(await weight.value.data(), share), weight.shape, 'bool');
      const known = this.#masks.get(weight);
      if (known) known.assign(mask);
      else this.#masks.set(weight, variable(mask, { name: `${weight.name}/mask`, trainable: false }));
    }
    await this.#mask();
  }

  #pruned(): readonly Variable[] {
    const { trainableWeights } = this.#model!;
    const only = this.#only;
    const isMeant = ({ name }: Variable): boolean =>
      only ? only.some((part) => name.includes(part)) : /(kernel|embeddings)$/.test(name);
    const found = trainableWeights.filter(isMeant);
    if (found.length > 0) return found;
    const wanted = only ? `contains ${only.map((part) => `'${part}'`).join(' or ')}` : 'ends in kernel or embeddings';
    throw new ConfigError(
      `MagnitudePruning: no trained weight has a name that ${wanted}. There are ${trainableWeights.map(({ name }) => name).join(', ') || 'none'}.`,
    );
  }

  async #mask(): Promise<void> {
    this.#apply ??= compile(
      () => {
        for (const [weight, mask] of this.#masks) weight.assign(mask.value.where(weight.value, 0));
      },
      { name: 'prune' },
    );
    await this.#apply();
  }

  #release(): void {
    this.#apply?.dispose();
    this.#apply = null;
  }
}

/** 0 for a share of the values, those of the smallest size, and 1 for the others. */
function smallestOut(values: ArrayLike<number>, share: number): Uint8Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  order.sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!));
  const mask = new Uint8Array(values.length).fill(1);
  for (const i of order.subarray(0, Math.round(share * values.length))) mask[i] = 0;
  return mask;
}
