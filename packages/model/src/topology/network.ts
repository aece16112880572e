// What a model is made of, and what it does with its inputs. How it is trained is no business of this file.
import {
  type AnyLayer,
  defaultName,
  Layer,
  type LayerJSON,
  type LayerOptions,
  listOf,
  type Mode,
  type Placeholder,
  type PlaceholdersOf,
  type WeightMaker,
} from '@nablajs/layers';
import { ConfigError, formatSpec, isRecord, type Spec, type Tensor, zeros } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { layerNamed, nameLayers } from '../names.ts';
import type { LayerGraph } from './graph.ts';
import {
  asValue,
  type Form,
  inForm,
  type Places,
  perPlace,
  type SpecsIn,
  type Structure,
  type ValueIn,
} from './structure.ts';
import type { Topology } from './topology.ts';

/** What `new Model` takes: inputs, outputs, and a name. */
export interface FunctionalOptions<In extends Structure = Structure, Out extends Structure = Structure>
  extends LayerOptions {
  /** One placeholder, a list, or a record of them: `Input({ shape })`, or values inside of another model. */
  readonly inputs: In;
  /** What layers give for them, in one of the same forms; the names of a record are those of the outputs. */
  readonly outputs: Out;
}

/**
 * What a model is: layers, and a function made of them, from placeholders or from a class of one's own.
 */
export abstract class Network<In extends Structure = Tensor, Out extends Structure = Tensor> extends Layer<
  object,
  ValueIn<In>,
  ValueIn<Out>
> {
  readonly #topology: Topology | null;
  #input: readonly Spec[] | null = null;
  // Asked for in every epoch.
  readonly #outputSpecs = new Map<string, SpecsIn<Out>>();

  constructor(options: LayerOptions & object, topologyOf: (model: AnyLayer, options: object) => Topology | null) {
    super(options);
    this.#topology = topologyOf(this as unknown as AnyLayer, options);
    const { graph, forms } = this.topology ?? {};
    if (!graph || !forms) return;
    nameLayers(graph.layers, this.name);
    this.adopt();
    // Everything is known already: nothing is left to do at the first call.
    this.outputSpec(asSpecs(graph.inputs, forms.inputs) as SpecsIn<In>);
  }

  /** What the model is made of; `null` for a chain of layers, which knows that itself. */
  get topology(): Topology | null {
    return this.#topology;
  }

  /** The layers the model is made of, in the order of their calls or of the fields they are in. */
  get layers(): readonly AnyLayer[] {
    return this.topology?.layers ?? [];
  }

  override sublayers(): readonly AnyLayer[] {
    return this.layers;
  }

  /** The layer of a name. Throws ConfigError with the nearest known one. */
  getLayer(name: string): AnyLayer {
    return layerNamed(this.name, this.layers, name);
  }

  override get type(): string {
    const { name, type } = this.constructor as typeof Network;
    return hasOwnType(this.constructor) ? type : name;
  }

  /** Until it is given or chosen, that of the class: `model`, `sequential`. */
  override get name(): string {
    return super.name || defaultName(this.type);
  }

  override set name(name: string) {
    super.name = name;
  }

  /** The spec one batch of inputs has, batch axis included, or `null` before it is known. A list for several inputs. */
  get inputSpec(): SpecsIn<In> | null {
    return (
      this.#input &&
      (asSpecs(
        this.#input.map((spec) => ({ spec })),
        this.inputPlaces.form,
      ) as SpecsIn<In>)
    );
  }

  /** The layer calls of a model of placeholders; `null` for other models. */
  get graph(): LayerGraph | null {
    return this.topology?.graph ?? null;
  }

  /** Makes all weights for inputs of this spec (batch axis included). Does nothing the second time. */
  override build(input: SpecsIn<In>): void;
  /** A model has no weights beside those of its layers. */
  override build(make: WeightMaker, input: SpecsIn<In>): void;
  override build(first: SpecsIn<In> | WeightMaker, input?: SpecsIn<In>): void {
    if (input === undefined) {
      if (!this.built) this.outputSpec(first as SpecsIn<In>);
      return;
    }
    this.#input = listOf<Spec>(input).map(({ shape, dtype }, i) => {
      const batch = this.graph ? this.graph.inputs[i]!.spec.shape[0]! : 1;
      return { shape: [batch, ...shape.slice(1)], dtype };
    });
    this.topology?.settle(this as unknown as AnyModel, () => {
      const x = this.#input!.map(({ shape, dtype }) => zeros(shape, dtype));
      return this.call(asValue(x, this.inputPlaces.form) as ValueIn<In>, { training: false });
    });
  }

  /** What a model of a class of its own does with its inputs. */
  protected override call(x: ValueIn<In>, mode: Mode): ValueIn<Out> {
    return this.topology!.call(listOf<Tensor>(x), mode) as ValueIn<Out>;
  }

  /** Applied to placeholders, a model gives those of its outputs. */
  override apply(x: PlaceholdersOf<ValueIn<In>>): PlaceholdersOf<ValueIn<Out>>;
  /** The outputs for a batch of inputs, as part of the graph. */
  override apply(x: ValueIn<In>, mode?: Partial<Mode>): ValueIn<Out>;
  /** The same with inputs under their names. */
  override apply(x: Readonly<Record<string, Placeholder>>): PlaceholdersOf<ValueIn<Out>>;
  override apply(x: Readonly<Record<string, Tensor>>, mode?: Partial<Mode>): ValueIn<Out>;
  override apply(x: unknown, mode?: Partial<Mode>): never {
    const input = isRecord(x) ? perPlace(`${this.name}.apply`, x, this.inputPlaces) : x;
    return super.apply(input as ValueIn<In>, mode) as never;
  }

  /** Masks are what the layers inside make of them. */
  protected override carryMask(_: ValueIn<In>, output: ValueIn<Out>): ValueIn<Out> {
    return output;
  }

  /** A model that is part of no other stays out of the paths that errors and graphs carry. */
  protected override inside<T>(f: () => T): T {
    return this.isOwned ? super.inside(f) : f();
  }

  protected override placeOfSublayers(place: string | null): string {
    return place === null ? '' : super.placeOfSublayers(place);
  }

  /** The placeholders that `new Model` was given, in the form it was given them. Throws ConfigError for other models. */
  get inputs(): In {
    return this.#placeholders('inputs') as In;
  }

  /** See {@link inputs}. */
  get outputs(): Out {
    return this.#placeholders('outputs') as Out;
  }

  /** Number of weights, trainable or not. Throws ConfigError before the model is built. */
  override countParams(): number {
    if (!this.built) {
      throw new ConfigError(
        `model '${this.name}' has no weights yet: its input shape is unknown. Call fit or build first, or begin with Input({ shape }).`,
      );
    }
    return super.countParams();
  }

  /** Shapes of the outputs for inputs of a spec; computes nothing. */
  override outputSpec(input: SpecsIn<In>): SpecsIn<Out> {
    const key = `${this.layers.length} ${listOf<Spec>(input).map(formatSpec).join(' ')}`;
    let output = this.#outputSpecs.get(key);
    if (!output) {
      output = super.outputSpec(input);
      this.#outputSpecs.set(key, output);
    }
    return output;
  }

  /**
   * The architecture as JSON, for `layerFromJSON`.
   * @throws ConfigError for a class without a type of its own
   */
  override toJSON(): LayerJSON {
    const { name, trainable } = this;
    const { type } = this.constructor as typeof Network;
    const config = type === 'Model' && this.topology?.config();
    if (config) return { type, name, config: config as unknown as LayerJSON['config'], trainable };
    if (!hasOwnType(this.constructor)) {
      throw new ConfigError(
        `model '${name}' cannot be saved: its class has no type. Add static override readonly type = 'package/${this.type}' ` +
          'and pass the class to loadModel as a plugin, or save only the weights: model.saveWeights(path).',
      );
    }
    return { ...super.toJSON(), name };
  }

  /** What the inputs are called, and in which form they come. */
  get inputPlaces(): Places {
    const form = this.topology?.forms?.inputs ?? (this.#input && this.#input.length > 1 ? 'list' : 'one');
    const names = this.graph?.inputNames ?? numbered('input', form === 'one' ? 1 : this.#input!.length);
    return { what: 'input', names: typeof form === 'string' ? names : form, form };
  }

  /** What the outputs are called, and in which form they come; known once the model is built. */
  get outputPlaces(): Places {
    if (this.graph) {
      const form = this.topology!.forms!.outputs;
      return { what: 'output', names: typeof form === 'string' ? this.graph.outputNames : form, form };
    }
    const output = this.#input && this.outputSpec(this.inputSpec!);
    if (Array.isArray(output)) return { what: 'output', names: numbered('output', output.length), form: 'list' };
    return { what: 'output', names: [this.layers.at(-1)?.name ?? 'output'], form: 'one' };
  }

  #placeholders(what: 'inputs' | 'outputs'): unknown {
    if (!this.graph) {
      throw new ConfigError(
        `model '${this.name}' was not made of placeholders, so it has no ${what}. Apply it to an Input({ shape }): the result is a placeholder of its own.`,
      );
    }
    return inForm(this.graph[what], this.topology!.forms![what]);
  }
}

/** False for a class that has its type from the one it extends. */
function hasOwnType(Class: object): boolean {
  return Object.hasOwn(Class, 'type');
}

function asSpecs(values: readonly { readonly spec: Spec }[], form: Form): Spec | readonly Spec[] {
  const specs = values.map(({ spec }) => spec);
  return form === 'one' ? specs[0]! : specs;
}

function numbered(base: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => (i === 0 ? base : `${base}_${i}`));
}
