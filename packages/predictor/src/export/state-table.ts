// Everything that the graphs of a training read and change, numbered and named.
import type { StoredTensor, TraceableTraining } from '@nablajs/model';
import type { Constant, Tensor, TracedInput, Variable } from '@nablajs/tensor';
import type { StateRole, StoredState } from '../trainer/format.ts';

interface Row extends StoredState {
  /** `null` for what is no tensor of the file. */
  readonly value: Tensor | null;
}

/** States in the order in which they are found. */
export class StateTable {
  readonly #training: TraceableTraining;
  readonly #weights: ReadonlySet<Variable>;
  readonly #rows: Row[] = [{ name: 'random key', role: 'key', dtype: 'int32', shape: [2], value: null }];
  readonly #numbers = new Map<Variable | Tensor['node'], number>();
  readonly #constants = new Map<string, Constant>();
  #names: ReadonlyMap<Variable, string> = new Map();

  /** Begins with weights and optimizers, once they are built. */
  constructor(training: TraceableTraining, weights: readonly Variable[]) {
    this.#training = training;
    this.#weights = new Set(weights);
    for (const variable of training.variables.keys()) this.#variable(variable);
  }

  /** The number of what a graph is given. */
  numberOf(input: TracedInput): number {
    if (input.kind === 'key') return 0;
    if (input.kind === 'variable') return this.#variable(input.variable);
    const { tensor } = input;
    return this.#add(tensor.node, () => ({
      name: `training/captured/${this.#rows.length}`,
      role: 'constant',
      ...tensor.spec,
      value: tensor,
    }));
  }

  /** What a variable is called. */
  nameOf(variable: Variable): string {
    return this.#rows[this.#variable(variable)]!.name;
  }

  /** Keeps a tensor that is no state. Returns its name. */
  constant(name: string, value: Constant): string {
    this.#constants.set(name, value);
    return name;
  }

  get stored(): readonly StoredState[] {
    return this.#rows.map(({ name, role, dtype, shape }) => ({ name, role, dtype, shape }));
  }

  /** The values of everything by name. */
  async tensors(): Promise<ReadonlyMap<string, StoredTensor>> {
    const tensors = new Map<string, StoredTensor>();
    for (const { name, dtype, shape, value } of this.#rows) {
      if (value) tensors.set(name, { dtype, shape, data: await value.data() });
    }
    for (const [name, { spec, data }] of this.#constants) tensors.set(name, { ...spec, data });
    return tensors;
  }

  #variable(variable: Variable): number {
    if (!this.#names.has(variable)) this.#names = this.#training.variables;
    const name = this.#names.get(variable) ?? `training/state/${this.#rows.length}/${variable.name}`;
    const role = this.#roleOf(variable);
    return this.#add(variable, () => ({ name, role, ...variable.spec, value: role === 'sum' ? null : variable.value }));
  }

  #add(of: Variable | Tensor['node'], row: () => Row): number {
    const known = this.#numbers.get(of);
    if (known !== undefined) return known;
    this.#numbers.set(of, this.#rows.length);
    return this.#rows.push(row()) - 1;
  }

  #roleOf(variable: Variable): StateRole {
    if (this.#weights.has(variable)) return 'weight';
    if (variable === this.#training.optimizer.learningRate) return 'learningRate';
    return this.#training.sums.has(variable) ? 'sum' : 'memory';
  }
}
