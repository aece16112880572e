// The base of all layers: names, weights, modes, configuration. A layer itself says only how it is built and called.
import {
  ConfigError,
  type NestedArray,
  type Spec,
  shapesOnly,
  type Tensor,
  type Variable,
  zeros,
} from '@nablajs/tensor';
import { applying } from './application.ts';
import { type LayerJSON, savedForm, toPlain } from './json.ts';
import { maskOf, withMasks } from './mask.ts';
import { checkName, defaultName, nameAll } from './names.ts';
import type { LayerOptions } from './options.ts';
import { addPenalty, countingOnce } from './penalty.ts';
import { inPlace } from './place.ts';
import { arePlaceholders, type Placeholder, placeholdersOf } from './placeholder.ts';
import {
  isValue,
  listOf,
  type MasksOf,
  mapEach,
  type PlaceholdersOf,
  type SpecsOf,
  specsOf,
  type Value,
} from './value.ts';
import { setValues, valuesOf } from './weight-values.ts';
import { collectWeights, type Weight, type WeightMaker } from './weights.ts';

/** How a layer is being used. Random draws inside `call` need no key: in a compiled step they follow the step's. */
export interface Mode {
  /** True while training: dropout drops, batch normalization uses and records the statistics of the batch. */
  readonly training: boolean;
}

/** A layer, whatever it takes and returns. */
export type AnyLayer = Layer<object, Value, Value>;

/**
 * A part of a model: configuration, weights, and a function from tensor to tensor, or from and to lists of them: what it
 * takes is `I`, what it returns `O`. A layer with several inputs extends `Layer<Config, readonly Tensor[]>`.
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
export abstract class Layer<C extends object = object, I extends Value = Tensor, O extends Value = Tensor> {
  /** What files call the class: unique and stable, `package/Name` outside of this package. */
  static readonly type: string = '';
  /** Whether the mask of the (first) input holds for the output as well; otherwise it ends here. */
  static readonly supportsMasking: boolean = false;

  /** The configuration before it became JSON: initializers, layers and the like as they were given. */
  protected readonly given: Readonly<C>;
  #config: Readonly<C> | null = null;
  #name: string;
  /** Where the weights stand, when another layer owns this one: `encoder/`, or nowhere special. */
  #place: string | null = null;
  #trainable: boolean;
  #weights: readonly Weight[] | null = null;

  /** @throws ConfigError for a name that is none */
  constructor(options: C & LayerOptions) {
    const { name = '', trainable = true, ...config } = options;
    this.given = config as unknown as C;
    this.#name = checkName(this.type, name);
    this.#trainable = trainable;
  }

  /** Makes weights and state for inputs of a spec. */
  protected abstract build(make: WeightMaker, input: SpecsOf<I>): void;

  /** The output for an input; pure apart from assigning the layer's own state. */
  protected abstract call(x: I, mode: Mode): O;

  /** The layers that belong to this one: their weights, their penalties and their freezing are its own. Default none. */
  sublayers(): readonly AnyLayer[] {
    return [];
  }

  /**
   * The masks of the outputs. Default: with `supportsMasking`, the first output has that of the first input; else none.
   * `mask` is in the form of the input. A mask that `call` itself gives an output, by `withMask`, holds anyway.
   */
  protected computeMask(_input: I, mask: MasksOf<I>): MasksOf<O> | Tensor | null {
    return (this.constructor as typeof Layer).supportsMasking ? (listOf<Tensor | null>(mask)[0] ?? null) : null;
  }

  /** In `call`: adds a scalar to the loss of the training step, such as a penalty on what flows through. */
  protected addPenalty(term: Tensor): void {
    addPenalty(term);
  }

  /** The complete configuration as plain JSON; a function of yours, given as an activation, stays a function. */
  get config(): Readonly<C> {
    this.#config ??= toPlain(this.given) as C;
    return this.#config;
  }

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
    this.adopt();
  }

  /** True once a name was given or chosen. */
  get isNamed(): boolean {
    return this.#name !== '';
  }

  /**
   * Whether the layer is trained. A frozen one keeps everything: optimizers leave its weights alone, and a layer with state
   * runs in inference mode, so that a frozen `BatchNormalization` uses its moving statistics and leaves them as they are.
   * Setting it sets it for the layers inside as well.
   */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(trainable: boolean) {
    this.#trainable = trainable;
    this.#markWeights();
    for (const layer of this.sublayers()) layer.trainable = trainable;
  }

  /** True once the weights exist: after the first call. */
  get built(): boolean {
    return this.#weights !== null && this.sublayers().every((layer) => layer.built);
  }

  /** Applied to placeholders, a layer gives the placeholders of its outputs. */
  apply(x: PlaceholdersOf<I>): PlaceholdersOf<O>;
  /**
   * The output for an input, `[batch, ...]`. Builds the layer at the first call, also inside compiled functions.
   * @param mode default: inference
   * @throws ShapeError or DTypeError naming the layer, when the input does not fit
   */
  apply(x: I, mode?: Partial<Mode>): O;
  apply(x: I | PlaceholdersOf<I>, { training = false }: Partial<Mode> = {}): O | PlaceholdersOf<O> {
    if (arePlaceholders(x)) return this.#describe(x) as PlaceholdersOf<O>;
    return this.inside(() => {
      if (!isValue(x)) {
        throw new ConfigError('apply takes a tensor or an Input. Make one of your numbers with tensor(values).');
      }
      const input = x as I;
      const weights = this.#ensureBuilt(specsOf(input));
      const frozen = !this.#trainable && weights.some(({ isState }) => isState);
      return applying(this as unknown as AnyLayer, input, () =>
        this.carryMask(input, this.call(input, { training: training && !frozen })),
      );
    });
  }

  /** Shapes and dtypes of the output for inputs of such. Builds the layer, but computes and allocates nothing. */
  outputSpec(input: SpecsOf<I>): SpecsOf<O> {
    const blank = (): I => mapEach<Spec, Tensor>(input, ({ shape, dtype }) => zeros(shape, dtype)) as I;
    return shapesOnly(() => specsOf(this.apply(blank())));
  }

  /** All variables: those that are trained, then the others, then those of the layers inside, layer by layer. */
  get weights(): readonly Variable[] {
    const all = this.#weights ?? [];
    const own = [...all.filter(({ trainable }) => trainable), ...all.filter(({ trainable }) => !trainable)];
    const inner = this.sublayers().flatMap(({ weights }) => weights);
    return [...new Set([...own.map(({ variable }) => variable), ...inner])];
  }

  /** The variables that optimizers update: none while the layer is frozen. */
  get trainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter(({ trainable }) => trainable) : [];
  }

  /** State, and everything else while the layer is frozen. */
  get nonTrainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter(({ trainable }) => !trainable) : this.weights;
  }

  /** Lets recurrent layers that are `stateful`, this one or those inside, begin anew: their states become zeros. */
  resetStates(): void {
    for (const layer of this.sublayers()) layer.resetStates();
  }

  /** The values of all weights, in their order. */
  getWeights(): Promise<readonly Tensor[]> {
    return valuesOf(this.weights);
  }

  /**
   * Sets all weights, in their order.
   * @throws ConfigError for another number of values; ShapeError for one of another shape, before any is set
   */
  setWeights(values: readonly (Tensor | NestedArray)[]): void {
    setValues(this.#label, this.weights, values);
  }

  /** Number of elements of all weights. Throws ConfigError before the layer is built. */
  countParams(): number {
    if (!this.built) {
      throw new ConfigError(
        `${this.#label} has no weights yet: its input is unknown. Apply it first, or ask for outputSpec(input).`,
      );
    }
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /** The regularization terms of the weights as they are now, one scalar each; none while the layer is frozen. */
  penalties(): Tensor[] {
    if (!this.#trainable) return [];
    return countingOnce((seen) => {
      const own = (this.#weights ?? []).flatMap(({ variable, regularizer }) => {
        if (!regularizer || seen.has(variable)) return [];
        seen.add(variable);
        return [this.inside(() => regularizer.apply(variable.value))];
      });
      return [...own, ...this.sublayers().flatMap((layer) => layer.penalties())];
    });
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
    // Anew, for the layers inside may have changed.
    const config = savedForm(this.given, this.#label);
    return { type, name: this.#name, config, trainable: this.#trainable };
  }

  get #label(): string {
    return `"${this.#name || defaultName(this.type)}" (${this.type})`;
  }

  /** True for a part of another layer, or of a model. */
  protected get isOwned(): boolean {
    return this.#place !== null;
  }

  /** Runs `f` so that ops and errors inside carry this layer's name. */
  protected inside<T>(f: () => T): T {
    return inPlace(this.#label, f);
  }

  /** An output with the mask it is to carry. */
  protected carryMask(input: I, output: O): O {
    const masks = this.computeMask(input, mapEach<Tensor, Tensor | null>(input, maskOf) as MasksOf<I>);
    return withMasks(output, masks, input) as O;
  }

  /** Where the weights of the layers inside stand in names; `place` is where this layer stands itself. */
  protected placeOfSublayers(place: string | null): string {
    return `${place ?? ''}${this.#name || defaultName(this.type)}/`;
  }

  /** Names the layers inside, and all weights after the place where they stand; done as the layer is named and built. */
  protected adopt(): void {
    for (const { name, variable } of this.#weights ?? []) {
      variable.name = `${this.#place ?? ''}${this.#name || defaultName(this.type)}/${name}`;
    }
    const inner = this.sublayers();
    if (inner.length === 0) return;
    nameAll(inner);
    const place = this.placeOfSublayers(this.#place);
    for (const layer of inner) {
      layer.#place = place;
      layer.adopt();
    }
  }

  #describe(x: Placeholder | readonly Placeholder[]): Placeholder | readonly Placeholder[] {
    const specs = this.outputSpec(mapEach(x, ({ spec }) => spec) as SpecsOf<I>);
    return placeholdersOf(this as unknown as AnyLayer, x, specs);
  }

  #ensureBuilt(input: SpecsOf<I>): readonly Weight[] {
    if (!this.#weights) {
      this.adopt();
      this.#weights = collectWeights((make) => this.build(make, input));
      this.adopt();
      this.#markWeights();
      if (!this.#trainable) for (const layer of this.sublayers()) layer.trainable = false;
    }
    return this.#weights;
  }

  #markWeights(): void {
    for (const { variable, trainable } of this.#weights ?? []) variable.trainable = this.#trainable && trainable;
  }
}
