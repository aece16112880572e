import type { AnyLayer, Mode, Value } from '@nablajs/layers';
import type { Spec, Tensor } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { GraphConfig } from './config.ts';
import type { LayerGraph } from './graph.ts';
import type { Form } from './structure.ts';

/** A layer of a model, with all its calls. */
export interface Connection {
  readonly layer: AnyLayer;
  /** Names of the layers and inputs that its inputs come from. */
  readonly from: readonly string[];
  /** Specs of what it gives, call by call. */
  readonly outputs: readonly Spec[];
}

/** The forms that a model takes and gives. */
export interface Forms {
  readonly inputs: Form;
  readonly outputs: Form;
}

/** What a model is made of that is no plain chain of layers. */
export interface Topology {
  /** For a model of placeholders: its layer calls. */
  readonly graph: LayerGraph | null;
  readonly forms: Forms | null;
  readonly layers: readonly AnyLayer[];
  /** The inputs are known; `run` does what the model does with them. */
  settle(model: AnyModel, run: () => unknown): void;
  call(inputs: readonly Tensor[], mode: Mode): Value;
  /** Where each layer of the built model has its inputs from, layer by layer. */
  calls(model: AnyModel): readonly Connection[];
  /** As plain data, where that says everything. */
  config(): GraphConfig | null;
}
