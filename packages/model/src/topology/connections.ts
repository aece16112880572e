// Which layer has its input from where.
import { listOf } from '@nablajs/layers';
import type { Spec } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { Connection } from './topology.ts';

/** The connections of a built model, layer by layer, and whether each layer simply has its input from the one before. */
export function connectionsOf(model: AnyModel): {
  readonly isChain: boolean;
  readonly connections: readonly Connection[];
} {
  const calls = model.topology?.calls(model) ?? chainOf(model);
  const names = [model.inputPlaces.names[0]!, ...calls.map(({ layer }) => layer.name)];
  const isChain =
    model.inputPlaces.form === 'one' &&
    calls.length === model.layers.length &&
    calls.every(({ layer, from }, i) => layer === model.layers[i] && from.length === 1 && from[0] === names[i]);
  const connections = model.layers.map((layer) => {
    const own = calls.filter((call) => call.layer === layer);
    return {
      layer,
      from: own.flatMap(({ from }) => from),
      outputs: own.flatMap(({ outputs }) => outputs),
    };
  });
  return { isChain, connections };
}

/** One layer after the other. */
function chainOf(model: AnyModel): readonly Connection[] {
  let value: Spec | readonly Spec[] = model.inputSpec!;
  let from: readonly string[] = model.inputPlaces.names;
  return model.layers.map((layer) => {
    value = layer.outputSpec(value);
    const outputs = listOf<Spec>(value);
    const connection = { layer, from, outputs };
    from = outputs.length > 1 ? outputs.map((_, i) => `${layer.name}[${i}]`) : [layer.name];
    return connection;
  });
}
