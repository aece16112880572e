import { scalar, type Tensor, type Variable, variable, zeros } from '@nablajs/tensor';

interface Mean {
  readonly total: Variable;
  readonly samples: Variable;
}

/** Means over an epoch by name, each batch counted by its samples. */
export class Means {
  readonly #means = new Map<string, Mean>();

  /** Inside a step: adds a batch's value. */
  update(name: string, value: Tensor, samples: number): void {
    const { total, samples: count } = this.#mean(name);
    total.assign(total.value.add(value.mul(samples)));
    count.assign(count.value.add(samples));
  }

  result(name: string): Tensor {
    const { total, samples } = this.#mean(name);
    return total.value.div(samples.value.maximum(1));
  }

  reset(): void {
    for (const [, variable] of this.variables) variable.assign(scalar(0));
  }

  /** All state: `mean/loss/total`, `mean/loss/samples`. */
  get variables(): readonly (readonly [name: string, variable: Variable])[] {
    return [...this.#means.values()].flatMap((mean) =>
      Object.values(mean).map((each: Variable): [string, Variable] => [each.name, each]),
    );
  }

  /** Makes the means that own variables of these names. */
  ensure(names: readonly string[]): void {
    for (const name of names) {
      const found = /^mean\/(.*)\/total$/.exec(name);
      if (found) this.#mean(found[1]!);
    }
  }

  #mean(name: string): Mean {
    let mean = this.#means.get(name);
    if (!mean) {
      // Made by functions, they belong to no trace.
      const state = (what: string): Variable =>
        variable(() => zeros([]), { name: `mean/${name}/${what}`, trainable: false });
      mean = { total: state('total'), samples: state('samples') };
      this.#means.set(name, mean);
    }
    return mean;
  }
}
