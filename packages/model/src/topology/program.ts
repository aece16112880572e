// A model that is a class of one's own: its layers are in its fields, and what it does with them is seen as it runs.
import { type AnyLayer, applicationsBy, listOf, mapEach, type Value } from '@nablajs/layers';
import { ConfigError, type Node, type Spec, shapesOnly, type Tensor, zeros } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerLabel } from '../names.ts';
import { layersInFields } from './fields.ts';
import type { Connection, Topology } from './topology.ts';

export class Program implements Topology {
  readonly graph: null = null;
  readonly forms: null = null;
  readonly #owner: AnyLayer;
  #layers: readonly AnyLayer[] | null = null;

  constructor(owner: AnyLayer) {
    this.#owner = owner;
  }

  get layers(): readonly AnyLayer[] {
    return this.#layers ?? layersInFields(this.#owner);
  }

  /** Layers in private fields cannot be found, and their weights would not be trained: what `call` uses must be known. */
  settle({ type }: AnyModel, run: () => unknown): void {
    const known = layersInFields(this.#owner);
    this.#layers = known;
    const { applications } = applicationsBy(this.#owner, () => shapesOnly(run));
    const stray = applications.find(({ layer }) => !known.includes(layer));
    if (!stray) return;
    throw new ConfigError(
      `${type}: call applies ${layerLabel(stray.layer)}, which is in none of the fields of the model: it would not be trained or saved. ` +
        'Keep layers in fields, also in lists and records: readonly hidden = new Dense(8). Private #fields cannot be seen.',
    );
  }

  call(): Value {
    throw new ConfigError(
      `${this.#owner.type}: a class that extends Model says what it does: override call(x, mode), or pass inputs and outputs to super.`,
    );
  }

  calls(model: AnyModel): readonly Connection[] {
    return shapesOnly(() => {
      const x = mapEach<Spec, Tensor>(model.inputSpec!, ({ shape, dtype }) => zeros(shape, dtype));
      const origins = new Map<Node, string>();
      for (const [i, { node }] of listOf<Tensor>(x).entries()) origins.set(node, model.inputPlaces.names[i]!);
      const { applications } = applicationsBy(model as unknown as AnyLayer, () => model.apply(x, { training: false }));
      return applications.map(({ layer, input, output }) => {
        const from = [...new Set(listOf<Tensor>(input).flatMap(({ node }) => originsOf(node, origins)))];
        const outputs = listOf<Tensor>(output);
        for (const [i, { node }] of outputs.entries()) {
          origins.set(node, outputs.length > 1 ? `${layer.name}[${i}]` : layer.name);
        }
        return { layer, from, outputs: outputs.map(({ spec }) => spec) };
      });
    });
  }

  config(): null {
    return null;
  }
}

/** The nearest known values that a node was computed from. */
function originsOf(node: Node, origins: ReadonlyMap<Node, string>): string[] {
  const found: string[] = [];
  const seen = new Set<Node>();
  const stack = [node];
  while (stack.length > 0) {
    const next = stack.pop()!;
    if (seen.has(next)) continue;
    seen.add(next);
    const name = origins.get(next);
    if (name === undefined) stack.push(...[...next.inputs].reverse());
    else if (!found.includes(name)) found.push(name);
  }
  return found;
}
