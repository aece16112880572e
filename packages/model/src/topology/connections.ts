// Which layer has its input from where.
import { type AnyLayer, applicationsBy, listOf, mapEach, type Placeholder } from '@nablajs/layers';
import { type Node, type Spec, shapesOnly, type Tensor, zeros } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';

/** A layer of a model, with all its calls. */
export interface Connection {
  readonly layer: AnyLayer;
  /** Names of the layers and inputs that its inputs come from. */
  readonly from: readonly string[];
  /** Specs of what it gives, call by call. */
  readonly outputs: readonly Spec[];
}

interface Call {
  readonly layer: AnyLayer;
  readonly from: readonly string[];
  readonly outputs: readonly Spec[];
}

/** The connections of a built model, layer by layer, and whether each layer simply has its input from the one before. */
export function connectionsOf(model: AnyModel): {
  readonly isChain: boolean;
  readonly connections: readonly Connection[];
} {
  const calls = model.graph ? callsOfGraph(model) : callsOfRun(model);
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

function callsOfGraph(model: AnyModel): Call[] {
  const { calls, inputs } = model.graph!;
  const nameOf = (value: Placeholder): string => {
    const at = inputs.indexOf(value);
    if (at >= 0) return model.inputPlaces.names[at]!;
    const { layer, outputs } = value.call!;
    return outputs.length > 1 ? `${layer.name}[${outputs.indexOf(value)}]` : layer.name;
  };
  return calls.map((call) => ({
    layer: call.layer,
    from: call.inputs.map(nameOf),
    outputs: call.outputs.map(({ spec }) => spec),
  }));
}

/** For a model that is a program: what it does when it runs. */
function callsOfRun(model: AnyModel): Call[] {
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
