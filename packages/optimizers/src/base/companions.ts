import { type Tensor, type Variable, variable } from '@nablajs/tensor';

/** One variable of the same shape beside each parameter, named after it: accumulated gradients, moving averages. */
export class Companions {
  readonly #name: string;
  readonly #start: (parameter: Tensor) => Tensor;
  readonly #of = new Map<Variable, Variable>();

  constructor(name: string, start: (parameter: Tensor) => Tensor) {
    this.#name = name;
    this.#start = start;
  }

  /** Makes it for a parameter that has none yet. */
  build(parameter: Variable): void {
    if (this.#of.has(parameter)) return;
    // Made by a function, a variable is the same inside and outside of compiled functions.
    const start = (): Tensor => this.#start(parameter.value);
    this.#of.set(parameter, variable(start, { name: `${parameter.name}/${this.#name}`, trainable: false }));
  }

  of(parameter: Variable): Variable | undefined {
    return this.#of.get(parameter);
  }

  get variables(): readonly Variable[] {
    return [...this.#of.values()];
  }
}
