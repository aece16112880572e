import { type AnyLayer, InputLayer, Layer, type LayerJSON, type LayerOptions, type Mode } from '@nablajs/layers';
import { ConfigError, type Spec, type Tensor } from '@nablajs/tensor';
import { BaseModel } from './base-model.ts';
import { nameLayers } from './names.ts';
import { type InputJSON, inputJSON } from './topology/input-json.ts';

/** Options of {@link Sequential}. Its name is `sequential` unless one is given, or a model that it is part of chooses. */
export type SequentialOptions = LayerOptions;

/** A {@link Sequential} as one object, as files hold it. */
export interface SequentialConfig {
  readonly layers: readonly (AnyLayer | InputLayer)[];
  readonly input?: InputJSON | null;
}

/**
 * Layers one after the other. Weights are made when the input shape becomes known: at once after an `Input({ shape })`,
 * else with the first data. Models are layers, too, and may be among them.
 * @example
 * const model = new Sequential([new Dense(16, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
 */
export class Sequential extends BaseModel {
  static override readonly type: string = 'Sequential';
  readonly #layers: AnyLayer[] = [];
  #start: InputLayer | null = null;

  constructor(
    layers: readonly (AnyLayer | InputLayer)[] | (SequentialConfig & LayerOptions) = [],
    options: SequentialOptions = {},
  ) {
    const {
      layers: list,
      input = null,
      name = '',
      trainable = true,
    } = 'layers' in layers ? layers : { layers, ...options };
    super({ name }, () => null);
    if (input) this.add(new InputLayer(input));
    if (!Array.isArray(list))
      throw new ConfigError('Sequential: layers must be a list: new Sequential([new Dense(3), new Dense(1)]).');
    for (const layer of list as readonly (AnyLayer | InputLayer)[]) this.add(layer);
    if (!trainable) this.trainable = false;
  }

  /** Appends a layer. Throws ConfigError when its name is taken or the layer is already in. */
  add(layer: AnyLayer | InputLayer): this {
    if (layer instanceof InputLayer) {
      if (this.#layers.length > 0)
        throw new ConfigError(
          `Sequential '${this.name}': Input must come first, before the ${this.#layers.length} layers already added.`,
        );
      this.#start = layer;
      return this;
    }
    if (!(layer instanceof Layer)) {
      throw new ConfigError(
        `Sequential '${this.name}': what is added must be a layer, an Input or a model, got ${layer === null ? 'null' : `a ${typeof layer}`}.`,
      );
    }
    if (this.#layers.includes(layer))
      throw new ConfigError(
        `Sequential '${this.name}': layer "${layer.name}" was added twice. Make a second one: each has weights of its own.`,
      );
    nameLayers([...this.#layers, layer], this.name);
    this.#layers.push(layer);
    this.adopt();
    // Asking for the output shape builds what is not built yet.
    if (this.inputSpec) this.outputSpec(this.inputSpec);
    return this;
  }

  /**
   * Takes the last layer off and returns it.
   * @throws ConfigError when there is none
   */
  pop(): Layer {
    const layer = (this.#layers as unknown as Layer[]).pop();
    if (!layer) throw new ConfigError(`Sequential '${this.name}': there is no layer to pop.`);
    return layer;
  }

  override get layers(): readonly Layer[] {
    return this.#layers as unknown as readonly Layer[];
  }

  override sublayers(): readonly AnyLayer[] {
    return this.#layers;
  }

  override get inputSpec(): Spec | null {
    return this.#start?.spec ?? super.inputSpec;
  }

  protected override call(x: Tensor, mode: Mode): Tensor {
    if (this.#layers.length === 0) throw new ConfigError(`Sequential '${this.name}' has no layers. Add some first.`);
    return this.#layers.reduce((y, layer) => layer.apply(y, mode) as Tensor, x);
  }

  override toJSON(): LayerJSON {
    const { name, trainable, inputSpec } = this;
    const input = inputSpec && inputJSON(this.#start ?? { spec: inputSpec }, this.#start?.name ?? '');
    return {
      type: (this.constructor as typeof Sequential).type,
      name,
      config: { input, layers: this.#layers.map((layer) => layer.toJSON()) },
      trainable,
    };
  }
}
