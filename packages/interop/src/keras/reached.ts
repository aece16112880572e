import { listOf, type Placeholder, WithMask } from '@nablajs/layers';
import { FormatError } from '@nablajs/tensor';
import type { Call, ValueName } from './nodes.ts';

/** What the layers of a graph have given so far: for each the outputs of its calls, in their order. */
export class Reached {
  readonly #file: string;
  readonly #calls = new Map<string, (readonly Placeholder[])[]>();

  constructor(file: string, layers: readonly string[]) {
    this.#file = file;
    for (const layer of layers) this.#calls.set(layer, []);
  }

  /** How many calls of a layer are done. */
  count(layer: string): number {
    return this.#calls.get(layer)!.length;
  }

  /** The next call of a layer is done. */
  add(layer: string, outputs: Placeholder | readonly Placeholder[]): void {
    this.#calls.get(layer)!.push(listOf(outputs));
  }

  /** A value, once it is reached. Throws FormatError for a layer that is not in the file. */
  value({ layer, call, output }: ValueName): Placeholder | undefined {
    const calls = this.#calls.get(layer);
    if (calls) return calls[call]?.[output];
    throw new FormatError(`${this.#file}: a layer takes the output of "${layer}", which is not in the file.`);
  }

  /** What a call is applied to, once all of it is reached. */
  inputs({ inputs, mask }: Call): Placeholder | Placeholder[] | undefined {
    const found = listOf<ValueName>(inputs).map((name) => this.value(name));
    const masking = mask && this.value(mask);
    if (masking === undefined || found.some((value) => value === undefined)) return undefined;
    const [first, ...others] = found as [Placeholder, ...Placeholder[]];
    const seen = masking ? (new WithMask().apply([first, masking]) as Placeholder) : first;
    return Array.isArray(inputs) ? [seen, ...others] : seen;
  }

  /** Where a model begins or ends. Throws FormatError for values that are never reached. */
  ends(names: readonly ValueName[]): Placeholder | Placeholder[] {
    const found = names.map((name) => {
      const value = this.value(name);
      if (value) return value;
      throw new FormatError(
        `${this.#file}: "${name.layer}" is never reached: its inputs depend on themselves, or are missing.`,
      );
    });
    return found.length === 1 ? found[0]! : found;
  }
}
