// The base of all layers: names, weights, modes, configuration. A layer itself says only how it is built and called.
import {
  ConfigError,
  inScope,
  isTensor,
  NablaError,
  type Spec,
  scopePath,
  shapesOnly,
  type Tensor,
  type Variable,
  zeros,
} from '@nablajs/tensor';
import { type LayerJSON, toPlain, unsavable } from './json.ts';
import type { LayerOptions } from './options.ts';
import { Placeholder } from './placeholder.ts';
import { collectWeights, type Weight, type WeightMaker } from './weights.ts';

/** How a layer is being used. Random draws inside `call` need no key: in a compiled step they follow the step's. */
export interface Mode {
  /** True while training: dropout drops, batch normalization uses and records the statistics of the batch. */
  readonly training: boolean;
}

/**
 * A part of a model: configuration, weights, and a function from tensor to tensor.
 *
 * A subclass has a static `type`, and says how it is built and called. Its configuration is the object its constructor
 * takes: `new Class(config)` reads back what `toJSON` wrote. There is no shape rule to write: `outputSpec` calls the layer.
 * @example
 * class Scale extends Layer<{ gain: number }> {
 *   static override readonly type = 'acme/Scale';
 *   #weight!: Variable;
 *   protected override build(make: WeightMaker, input: Spec): void {
 *     this.#weight = make.weight('scale', input.shape.slice(-1), { initializer: 'ones' });
 *   }
 *   protected override call(x: Tensor): Tensor {
 *     return x.mul(this.#weight.value).mul(this.config.gain);
 *   }
 * }
 */
export abstract class Layer<C extends object = object> {
  /** What files call the class: unique and stable, `package/Name` outside of this package. */
  static readonly type: string = '';

  /** The complete configuration as plain JSON; a function of yours, given as an activation, stays a function. */
  readonly config: Readonly<C>;
  /** The same before it became JSON: initializers and the like as they were given. */
  protected readonly given: Readonly<C>;
  #name: string;
  #trainable: boolean;
  #weights: readonly Weight[] | null = null;

  /** @throws ConfigError for a name that is none */
  constructor(options: C & LayerOptions) {
    const { name = '', trainable = true, ...config } = options;
    this.given = config as unknown as C;
    this.config = toPlain(config) as C;
    this.#name = checkName(this.type, name);
    this.#trainable = trainable;
  }

  /** Makes weights and state for inputs of a spec. */
  protected abstract build(make: WeightMaker, input: Spec): void;

  /** The output for an input; pure apart from assigning the layer's own state. */
  protected abstract call(x: Tensor, mode: Mode): Tensor;

  /** The class's `type`. */
  get type(): string {
    return (this.constructor as typeof Layer).type || this.constructor.name;
  }

  /** Unique within a model; `''` until it is given or a model chooses one. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = checkName(this.type, name);
    for (const weight of this.#weights ?? []) this.#nameVariable(weight);
  }

  /**
   * Whether the layer is trained. A frozen one keeps everything: optimizers leave its weights alone, and a layer with state
   * runs in inference mode, so that a frozen `BatchNormalization` uses its moving statistics and leaves them as they are.
   */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(trainable: boolean) {
    this.#trainable = trainable;
    for (const weight of this.#weights ?? []) weight.variable.trainable = trainable && weight.trainable;
  }

  /** True once the weights exist: after the first call. */
  get built(): boolean {
    return this.#weights !== null;
  }

  /** Applied to a placeholder, a layer gives the placeholder of its output. */
  apply(x: Placeholder): Placeholder;
  /**
   * The output for an input, `[batch, ...]`. Builds the layer at the first call, also inside compiled functions.
   * @param mode default: inference
   * @throws ShapeError or DTypeError naming the layer, when the input does not fit
   */
  apply(x: Tensor, mode?: Partial<Mode>): Tensor;
  apply(x: Tensor | Placeholder, { training = false }: Partial<Mode> = {}): Tensor | Placeholder {
    if (x instanceof Placeholder) return new Placeholder(this.outputSpec(x.spec), this, [x]);
    return this.#inside(() => {
      if (!isTensor(x)) {
        throw new ConfigError('apply takes a tensor or an Input. Make one of your numbers with tensor(values).');
      }
      const weights = this.#ensureBuilt(x.spec);
      const frozen = !this.#trainable && weights.some(({ isState }) => isState);
      return this.call(x, { training: training && !frozen });
    });
  }

  /** Shape and dtype of the output for inputs of a spec. Builds the layer, but computes and allocates nothing. */
  outputSpec(input: Spec): Spec {
    return shapesOnly(() => this.apply(zeros(input.shape, input.dtype)).spec);
  }

  /** All variables: those that are trained, then the others. */
  get weights(): readonly Variable[] {
    const all = this.#weights ?? [];
    return [...all.filter(({ trainable }) => trainable), ...all.filter(({ trainable }) => !trainable)].map(
      ({ variable }) => variable,
    );
  }

  /** The variables that optimizers update: none while the layer is frozen. */
  get trainableWeights(): readonly Variable[] {
    return this.weights.filter(({ trainable }) => trainable);
  }

  /** State, and everything else while the layer is frozen. */
  get nonTrainableWeights(): readonly Variable[] {
    return this.weights.filter(({ trainable }) => !trainable);
  }

  /** Number of elements of all weights. Throws ConfigError before the layer is built. */
  countParams(): number {
    if (!this.#weights) {
      throw new ConfigError(
        `${this.#label} has no weights yet: its input is unknown. Apply it first, or ask for outputSpec(input).`,
      );
    }
    return this.#weights.reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /** The regularization terms of the weights as they are now, one scalar each; none while the layer is frozen. */
  penalties(): Tensor[] {
    if (!this.#trainable) return [];
    return (this.#weights ?? []).flatMap(({ variable, regularizer }) =>
      regularizer ? [this.#inside(() => regularizer.apply(variable.value))] : [],
    );
  }

  /**
   * The layer without its weights, for `layerFromJSON`.
   * @throws ConfigError when the configuration holds something that files cannot, such as a function
   */
  toJSON(): LayerJSON {
    const { type } = this.constructor as typeof Layer;
    if (type === '') {
      throw new ConfigError(
        `${this.#label} cannot be saved: its class has no type. Add static readonly type = 'package/${this.type}'.`,
      );
    }
    const found = unsavable(this.config);
    if (found) {
      throw new ConfigError(
        `${found[0]} is ${found[1]}, which a file cannot hold. ` +
          'Use a built-in name, or write a layer of your own with a type, and pass it to loadModel as a plugin.',
        { path: this.#label },
      );
    }
    const config = this.config as Readonly<Record<string, unknown>>;
    return { type, name: this.#name, config, trainable: this.#trainable };
  }

  get #label(): string {
    return `"${this.#name || defaultName(this.type)}" (${this.type})`;
  }

  #ensureBuilt(input: Spec): readonly Weight[] {
    if (!this.#weights) {
      const weights = collectWeights((make) => this.build(make, input));
      this.#weights = weights;
      for (const weight of weights) this.#nameVariable(weight);
      this.trainable = this.#trainable;
    }
    return this.#weights!;
  }

  #nameVariable({ name, variable }: Weight): void {
    variable.name = `${this.#name || defaultName(this.type)}/${name}`;
  }

  /** Runs `f` so that ops and errors inside carry this layer's name. */
  #inside<T>(f: () => T): T {
    return inScope(this.#label, () => {
      try {
        return f();
      } catch (error) {
        throw placed(error);
      }
    });
  }
}

/** The name of a layer that has none: `Dense` → `dense`, `MaxPooling2D` → `max_pooling2d`, `acme/GhostNorm` → `ghost_norm`. */
export function defaultName(type: string): string {
  return type
    .slice(type.lastIndexOf('/') + 1)
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function checkName(type: string, name: unknown): string {
  if (typeof name === 'string' && !name.includes('/')) return name;
  throw new ConfigError(
    `${type}: name must be text without '/', which separates layer and weight in files, got ${JSON.stringify(name)}.`,
  );
}

/** An error of the layer itself gets the place that errors of ops have already. */
function placed(error: unknown): unknown {
  if (!(error instanceof NablaError) || error.path !== undefined) return error;
  const Kind = error.constructor as new (detail: string, place: object) => NablaError;
  // A node knows the user's line that made it.
  const site = error.site ?? zeros([]).node.site;
  return new Kind(error.detail, { op: error.op, path: scopePath(), site, cause: error.cause });
}
