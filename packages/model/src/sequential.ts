import { InputLayer, type Layer, type LayerJSON, type Mode } from '@nablajs/layers';
import { ConfigError, type Spec, type Tensor } from '@nablajs/tensor';
import type { ModelJSON } from './files/model-file.ts';
import { Model } from './model.ts';
import { uniqueName } from './names.ts';

/** Options of {@link Sequential}. */
export interface SequentialOptions {
  /** Default `sequential`. */
  readonly name?: string;
}

/**
 * Layers one after the other. Weights are made when the input shape becomes known: at once after an `Input({ shape })`,
 * else with the first data.
 * @example
 * const model = new Sequential([new Dense(16, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })]);
 */
export class Sequential extends Model {
  readonly #layers: Layer[] = [];
  #input: Spec | null = null;

  constructor(layers: readonly (Layer | InputLayer)[] = [], { name = 'sequential' }: SequentialOptions = {}) {
    super();
    this.name = name;
    for (const layer of layers) this.add(layer);
  }

  /** Appends a layer. Throws ConfigError when its name is taken or the layer is already in. */
  add(layer: Layer | InputLayer): this {
    if (layer instanceof InputLayer) {
      if (this.#layers.length > 0)
        throw new ConfigError(
          `Sequential '${this.name}': Input must come first, before the ${this.#layers.length} layers already added.`,
        );
      this.#input = { shape: [1, ...layer.shape], dtype: layer.dtype };
      return this;
    }
    if (this.#layers.includes(layer))
      throw new ConfigError(
        `Sequential '${this.name}': layer "${layer.name}" was added twice. Make a second one: each has weights of its own.`,
      );
    layer.name = uniqueName(layer, this.#layers, this.name);
    this.#layers.push(layer);
    // Asking for the output shape builds what is not built yet.
    if (this.#input) this.outputSpec(this.#input);
    return this;
  }

  /** Takes the last layer off and returns it. */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (!layer) throw new ConfigError(`Sequential '${this.name}': there is no layer to pop.`);
    return layer;
  }

  override get layers(): readonly Layer[] {
    return this.#layers;
  }

  override get inputSpec(): Spec | null {
    return this.#input;
  }

  override build(input: Spec): void {
    this.#requireLayers();
    this.#input ??= { ...input, shape: [1, ...input.shape.slice(1)] };
    this.outputSpec(this.#input);
  }

  override apply(x: Tensor, mode: Partial<Mode> = {}): Tensor {
    this.#requireLayers();
    return this.#layers.reduce((y, layer) => layer.apply(y, mode), x);
  }

  override toJSON(): ModelJSON {
    return {
      type: 'Sequential',
      name: this.name,
      input: this.#input && { shape: this.#input.shape.slice(1), dtype: this.#input.dtype },
      layers: this.#layers.map((layer): LayerJSON => layer.toJSON()),
    };
  }

  #requireLayers(): void {
    if (this.#layers.length === 0) throw new ConfigError(`Sequential '${this.name}' has no layers. Add some first.`);
  }
}
