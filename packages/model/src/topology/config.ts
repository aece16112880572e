// A graph of layers as plain data, and back.
import { type AnyLayer, Input, Layer, type LayerJSON, listOf, type Placeholder } from '@nablajs/layers';
import { ConfigError, isRecord } from '@nablajs/tensor';
import type { LayerGraph } from './graph.ts';
import { type InputJSON, inputJSON } from './input-json.ts';
import { type Form, formOf, inForm, leavesOf } from './structure.ts';

type Formed<T> = T | readonly T[] | { readonly [name: string]: T };

/**
 * A graph of layers as plain data. Values are numbered: first the inputs, then what the calls give, in order.
 */
export interface GraphConfig {
  readonly inputs: Formed<InputJSON>;
  readonly layers: readonly LayerJSON[];
  /** Which layer is applied to which values; a list for layers that take one. */
  readonly calls: readonly { readonly layer: string; readonly on: number | readonly number[] }[];
  readonly outputs: Formed<number>;
}

/** A {@link GraphConfig} whose layers are objects already. */
export type RevivedConfig = Omit<GraphConfig, 'layers'> & { readonly layers: readonly AnyLayer[] };

/** The graph as plain data. */
export function graphConfig(graph: LayerGraph, forms: { readonly inputs: Form; readonly outputs: Form }): GraphConfig {
  const numbers = new Map<Placeholder, number>();
  const number = (value: Placeholder): void => void numbers.set(value, numbers.size);
  graph.inputs.forEach(number);
  const calls = graph.calls.map(({ layer, inputs, takesList, outputs }) => {
    const on = inputs.map((input) => numbers.get(input)!);
    outputs.forEach(number);
    return { layer: layer.name, on: takesList ? on : on[0]! };
  });
  const inputs = graph.inputs.map((input, i) => inputJSON(input, graph.inputNames[i]!));
  const outputs = graph.outputs.map((output) => numbers.get(output)!);
  return {
    inputs: inForm(inputs, forms.inputs),
    layers: graph.layers.map((layer) => layer.toJSON()),
    calls,
    outputs: inForm(outputs, forms.outputs),
  };
}

/** True for what {@link graphConfig} made, its layers revived. */
export function isGraphConfig(options: object): options is RevivedConfig {
  return 'layers' in options && 'calls' in options;
}

/** Inputs and outputs of a graph that {@link graphConfig} described. Throws ConfigError when it describes none. */
export function placeholdersFrom(config: RevivedConfig): {
  readonly inputs: Formed<Placeholder>;
  readonly outputs: Formed<Placeholder>;
} {
  const layers = new Map(config.layers.map((layer) => [layer instanceof Layer ? layer.name : '', layer]));
  // A single input is a record, too; it has a list of sizes where a record of inputs would have an input.
  const single = isRecord(config.inputs) && Array.isArray(config.inputs['shape']);
  const inputs = (single ? [config.inputs] : leavesOf<unknown>(config.inputs)).map((input) => {
    if (!isRecord(input)) throw wrong('an input is no record');
    return Input(input as unknown as InputJSON);
  });
  const values: Placeholder[] = [...inputs];
  const valueAt = (at: unknown): Placeholder => {
    const value = typeof at === 'number' ? values[at] : undefined;
    return value ?? wrong(`there is no value ${JSON.stringify(at)}`);
  };
  if (!Array.isArray(config.calls)) throw wrong('its calls are no list');
  for (const call of config.calls) {
    const layer = (isRecord(call) && layers.get(call['layer'] as string)) || wrong('a call names no layer');
    const { on } = call as { readonly on: unknown };
    const given = Array.isArray(on) ? on.map(valueAt) : valueAt(on);
    values.push(...listOf<Placeholder>(layer.apply(given)));
  }
  const outputs = leavesOf(config.outputs).map(valueAt);
  return {
    inputs: inForm(inputs, single ? 'one' : formOf(config.inputs)),
    outputs: inForm(outputs, formOf(config.outputs)),
  };
}

function wrong(what: string): never {
  throw new ConfigError(`Model: the configuration describes no graph of layers: ${what}.`);
}
