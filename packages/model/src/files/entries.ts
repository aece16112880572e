// What weights and optimizer state are called in files.
import type { AnyLayer } from '@nablajs/layers';
import { Optimizer } from '@nablajs/optimizers';
import type { Tensor, Variable } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';

/** A variable and its name in a file. */
export type Entry = readonly [name: string, variable: Variable];

/** The weights under the path of the layers they are in, `dense_1/kernel` or `encoder/dense/kernel`, each once. */
export function weightEntries(model: AnyModel): readonly Entry[] {
  const entries = new Map<Variable, string>();
  const visit = (layer: AnyLayer, place: string): void => {
    const inner = layer.sublayers();
    const innerWeights = new Set(inner.flatMap(({ weights }) => weights));
    for (const weight of layer.weights) {
      if (!innerWeights.has(weight) && !entries.has(weight)) entries.set(weight, `${place}${leafName(weight)}`);
    }
    for (const each of inner) visit(each, `${place}${each.name}/`);
  };
  for (const layer of model.layers) visit(layer, `${layer.name}/`);
  return [...entries].map(([variable, name]) => [name, variable]);
}

/** A layer that keeps states between batches. */
export interface Stateful {
  readonly states: readonly Variable[];
  resetStates(values: readonly Tensor[]): void;
}

/** The recurrent layers that keep states, under the path of the layers they are in. */
export function statefulLayers(model: AnyModel): ReadonlyMap<string, Stateful> {
  const found = new Map<string, Stateful>();
  const visit = (layer: AnyLayer, place: string): void => {
    if ('states' in layer) {
      const { stateful } = layer.config as { readonly stateful?: boolean };
      if (stateful) found.set(place, layer as unknown as Stateful);
    }
    for (const each of layer.sublayers()) visit(each, `${place}${each.name}/`);
  };
  for (const layer of model.layers) visit(layer, `${layer.name}/`);
  return found;
}

/** The optimizer's state: `optimizer/iterations`, `optimizer/dense_1/kernel/momentum`. */
export function optimizerEntries(model: AnyModel): readonly Entry[] {
  const { optimizer } = model.compilation ?? {};
  return optimizer ? entriesOf('optimizer', optimizer, model) : [];
}

/** The state of optimizers in fields of the model, which its own training step uses: `optimizer.critic/iterations`. */
export function ownOptimizerEntries(model: AnyModel): readonly Entry[] {
  return ownOptimizers(model).flatMap(([field, optimizer]) => entriesOf(`optimizer.${field}`, optimizer, model));
}

/** Makes the state of optimizers in fields for the weights that a file has state for. */
export function buildOwnOptimizers(model: AnyModel, stored: readonly string[]): void {
  for (const [field, optimizer] of ownOptimizers(model)) {
    const known = weightEntries(model).filter(([name]) =>
      stored.some((each) => each.startsWith(`optimizer.${field}/${name}/`)),
    );
    optimizer.build(known.map(([, weight]) => weight));
  }
}

function ownOptimizers(model: AnyModel): readonly (readonly [field: string, optimizer: Optimizer])[] {
  const { optimizer: compiled } = model.compilation ?? {};
  return Object.entries(model).flatMap(([field, value]: [string, unknown]) =>
    value instanceof Optimizer && value !== compiled ? [[field, value] as const] : [],
  );
}

function entriesOf(prefix: string, optimizer: Optimizer, model: AnyModel): readonly Entry[] {
  const names = new Map(weightEntries(model).map(([name, { name: own }]) => [own, name]));
  return optimizer.variables.map((state) => {
    const slash = state.name.lastIndexOf('/');
    const owner = names.get(state.name.slice(0, Math.max(0, slash)));
    return [`${prefix}/${owner === undefined ? state.name : `${owner}${state.name.slice(slash)}`}`, state];
  });
}

function leafName({ name }: Variable): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
