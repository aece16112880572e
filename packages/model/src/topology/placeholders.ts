// A model of placeholders: which layer is applied to what is known from the beginning.
import type { AnyLayer, Mode, Placeholder, Value } from '@nablajs/layers';
import type { Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { type GraphConfig, graphConfig } from './config.ts';
import { LayerGraph } from './graph.ts';
import { asValue, formOf, leavesOf } from './structure.ts';
import type { Connection, Forms, Topology } from './topology.ts';

export class Placeholders implements Topology {
  readonly graph: LayerGraph;
  readonly forms: Forms;

  /** @throws ConfigError for inputs and outputs that are no placeholders, or do not belong together */
  constructor(inputs: unknown, outputs: unknown) {
    this.graph = new LayerGraph(leavesOf(inputs) as Placeholder[], leavesOf(outputs) as Placeholder[]);
    this.forms = { inputs: formOf(inputs), outputs: formOf(outputs) };
  }

  get layers(): readonly AnyLayer[] {
    return this.graph.layers;
  }

  settle(): void {
    // Everything was known already.
  }

  call(inputs: readonly Tensor[], mode: Mode): Value {
    return asValue(this.graph.run(inputs, mode), this.forms.outputs);
  }

  calls(model: AnyModel): readonly Connection[] {
    const { calls, inputs } = this.graph;
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

  config(): GraphConfig {
    return graphConfig(this.graph, this.forms);
  }
}
