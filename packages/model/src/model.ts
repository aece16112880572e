// A model of any shape. What a chain of layers does without is here, so that pages with a Sequential do not fetch it.
import type { AnyLayer, LayerOptions } from '@nablajs/layers';
import { ConfigError, type Tensor } from '@nablajs/tensor';
import { BaseModel } from './base-model.ts';
import { isGraphConfig, placeholdersFrom } from './topology/config.ts';
import type { FunctionalOptions } from './topology/network.ts';
import { Placeholders } from './topology/placeholders.ts';
import { Program } from './topology/program.ts';
import type { Structure } from './topology/structure.ts';
import type { Topology } from './topology/topology.ts';

/** Scalars of a step by name, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a step that only counts returns nothing at all.
export type TrainLogs = Readonly<Record<string, Tensor>> | void;

/** A model, whatever it takes and gives. */
export type AnyModel = Model<Structure, Structure>;

/**
 * A trainable function made of layers, which is a layer itself: a part of other models.
 *
 * From placeholders, `new Model({ inputs, outputs })`: any graph of layers, with several inputs and outputs, and with
 * layers that are used several times. As a class of one's own: layers in its fields, and what they do in `call`.
 * @example
 * const x = Input({ shape: [4] });
 * const model = new Model({ inputs: x, outputs: new Dense(3).apply(x) });
 * @example
 * class Residual extends Model {
 *   readonly hidden: Dense = new Dense(8, { activation: 'relu' });
 *   readonly out: Dense = new Dense(8);
 *   protected override call(x: Tensor, mode: Mode): Tensor {
 *     return x.add(this.out.apply(this.hidden.apply(x, mode), mode));
 *   }
 * }
 */
export class Model<In extends Structure = Tensor, Out extends Structure = Tensor> extends BaseModel<In, Out> {
  static override readonly type: string = 'Model';

  /** @throws ConfigError for inputs and outputs that are no placeholders, or do not belong together */
  constructor(options: FunctionalOptions<In, Out> | (LayerOptions & object) = {}) {
    super(options, topologyOf);
    if (this.graph || new.target !== (Model as unknown)) return;
    throw new ConfigError(
      'Model: needs { inputs, outputs }: placeholders from Input({ shape }), and what layers give for them. ' +
        'A list of layers is a Sequential; a class that extends Model brings its own call.',
    );
  }

  /** A Sequential is a Model as well, but does without this module. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: classes that extend this one inherit the method, and mean themselves.
    return Function.prototype[Symbol.hasInstance].call(this === (Model as unknown) ? BaseModel : this, value);
  }
}

function topologyOf(model: AnyLayer, options: object): Topology {
  const config = isGraphConfig(options) ? placeholdersFrom(options) : options;
  return 'inputs' in config && 'outputs' in config
    ? new Placeholders(config.inputs, config.outputs)
    : new Program(model);
}
