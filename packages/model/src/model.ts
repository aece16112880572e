// What every model can do, whatever its topology: compile, fit, evaluate, predict, describe itself, be saved.
// What trains, evaluates and saves is imported when it is first called: pages that only predict never fetch it.
import type { Dataset } from '@nablajs/data';
import type { Layer, Mode } from '@nablajs/layers';
import type { Optimizer } from '@nablajs/optimizers';
import {
  ConfigError,
  formatSpec,
  type RandomState,
  RandomStream,
  randomStream,
  type Spec,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import type { History } from './callbacks/history.ts';
import type { ModelJSON } from './files/model-file.ts';
import { type FlopsReport, flopsOf } from './flops.ts';
import { summaryText } from './summary.ts';
import { Compilation, type CompileModelOptions } from './training/compilation.ts';
import type { EvaluateOptions } from './training/evaluate.ts';
import type { FitOptions } from './training/fit.ts';
import type { ModelData } from './training/input.ts';
import { type PredictOptions, predictModel } from './training/predict.ts';
import type { Steps } from './training/steps.ts';

/** A trainable function made of layers. */
export abstract class Model {
  name = 'model';
  /** Set it in a callback to end training after the current epoch. */
  stopTraining = false;
  #compilation: Compilation | null = null;
  #random: RandomStream | null = null;
  // Asked for in every epoch.
  readonly #outputSpecs = new Map<string, Spec>();

  abstract get layers(): readonly Layer[];
  /** The spec one batch of inputs has, batch axis included, or `null` before it is known. */
  abstract get inputSpec(): Spec | null;
  /** Makes all weights for inputs of this spec (batch axis included). Does nothing the second time. */
  abstract build(input: Spec): void;
  /** The outputs for a batch of inputs, as part of the graph. */
  abstract apply(x: Tensor, mode?: Partial<Mode>): Tensor;
  /** The architecture as JSON. */
  abstract toJSON(): ModelJSON;

  /** All weights, layer by layer, each layer's trainable ones first. */
  get weights(): readonly Variable[] {
    return this.layers.flatMap((layer) => layer.weights);
  }

  get trainableWeights(): readonly Variable[] {
    return this.layers.flatMap((layer) => layer.trainableWeights);
  }

  get nonTrainableWeights(): readonly Variable[] {
    return this.layers.flatMap((layer) => layer.nonTrainableWeights);
  }

  /** True once the weights exist. */
  get built(): boolean {
    return this.layers.every((layer) => layer.built);
  }

  /** Freezes or frees all layers. */
  set trainable(trainable: boolean) {
    for (const layer of this.layers) layer.trainable = trainable;
  }

  get trainable(): boolean {
    return this.layers.some((layer) => layer.trainable);
  }

  /** Number of weights, trainable or not. Throws ConfigError before the model is built. */
  countParams(): number {
    if (!this.built) {
      throw new ConfigError(
        `model '${this.name}' has no weights yet: its input shape is unknown. Call fit or build first, or begin with Input({ shape }).`,
      );
    }
    return this.layers.reduce((sum, layer) => sum + layer.countParams(), 0);
  }

  /** Regularization terms of all layers, to be added to the loss. */
  penalties(): readonly Tensor[] {
    return this.layers.flatMap((layer) => layer.penalties());
  }

  /** Shape of the outputs for inputs of a spec; computes nothing. */
  outputSpec(input: Spec): Spec {
    const key = `${this.layers.length} ${formatSpec(input)}`;
    let output = this.#outputSpecs.get(key);
    if (!output) {
      output = this.layers.reduce((spec, layer) => layer.outputSpec(spec), input);
      this.#outputSpecs.set(key, output);
    }
    return output;
  }

  /**
   * Chooses optimizer, loss and metrics. Weights are kept; optimizer state begins anew.
   * @throws ConfigError for unknown names, with the nearest known one
   */
  compile(options: CompileModelOptions): void {
    const compilation = new Compilation(options);
    this.#compilation?.steps?.dispose();
    this.#compilation = compilation;
  }

  /** How the model was compiled, or `null`. */
  get compilation(): Compilation | null {
    return this.#compilation;
  }

  /**
   * The optimizer. One that `compile` was given by name is loaded by the first `fit`, `evaluate` or `save`.
   * @throws ConfigError before `compile`, and for a name that is not loaded yet
   */
  get optimizer(): Optimizer {
    const { optimizer, given } = this.#compiled('optimizer');
    if (optimizer) return optimizer;
    throw new ConfigError(
      `optimizer: of the optimizer of model '${this.name}' there is only the name until the first fit or evaluate loads '${typeof given.optimizer === 'string' ? given.optimizer : given.optimizer.type}'. ` +
        'To reach it before, pass the optimizer itself: model.compile({ optimizer: new Adam(0.01), ... }).',
    );
  }

  /** The compiled training step, for its `stats` and `explain()`; `null` before training. */
  get trainStep(): Steps['train'] | null {
    return this.#compilation?.steps?.train ?? null;
  }

  /**
   * Trains.
   * @param x inputs, first axis = samples; or a Dataset of batches, then without `y`
   * @param y targets, first axis = samples
   * @returns history with one number per epoch for the loss and each metric
   * @throws ConfigError for missing or empty data, wrong labels, NaN inputs; ShapeError where data do not fit a layer
   */
  fit(x: ModelData | Dataset, y?: ModelData, options?: FitOptions): Promise<History>;
  fit(x: Dataset, options?: FitOptions): Promise<History>;
  async fit(x: ModelData | Dataset, y?: ModelData | FitOptions, options?: FitOptions): Promise<History> {
    await this.#compiled('fit').load();
    const { fitModel } = await import('./training/fit.ts');
    return fitModel(this, x, y, options);
  }

  /** Loss and metrics over a whole set, as a record: `{ loss, accuracy, ... }`. */
  evaluate(x: ModelData | Dataset, y?: ModelData, options?: EvaluateOptions): Promise<Record<string, number>>;
  async evaluate(
    x: ModelData | Dataset,
    y?: ModelData,
    options: EvaluateOptions = {},
  ): Promise<Record<string, number>> {
    this.#compiled('evaluate');
    const { evaluateModel } = await import('./training/evaluate.ts');
    return evaluateModel(this, x, y, options);
  }

  /** The outputs for all samples, in order, computed in batches. */
  async predict(x: ModelData | Dataset, options: PredictOptions = {}): Promise<Tensor> {
    return predictModel(this, x, options);
  }

  /** A table of layers with output shapes, parameters and FLOPs per sample. */
  summary(): string {
    return summaryText(this);
  }

  /** Floating point operations of one forward pass for one sample, a multiply-add counted as two, in all and per layer. */
  flops(): FlopsReport {
    return flopsOf(this);
  }

  /** The model as the bytes of a safetensors file: weights, architecture, optimizer state, random state. */
  async toBytes(): Promise<Uint8Array> {
    const { modelBytes } = await import('./files/model-file.ts');
    return modelBytes(this);
  }

  /** Saves to a file in Node, whole or not at all. Read it with `loadModel`; any safetensors library reads the weights. */
  async save(path: string): Promise<void> {
    const { writeBytes } = await import('./files/disk.ts');
    await writeBytes(path, await this.toBytes());
  }

  // ── for the training code of this package ─────────────────────────────────

  /** Where shuffles and dropout draw from: a stream of the model's own, so that a resumed training continues it. */
  trainingStream(): RandomStream {
    if (this.#random === null || this.#random.isStale) this.#random = randomStream().split();
    return this.#random;
  }

  get randomState(): RandomState | null {
    return this.#random?.state ?? null;
  }

  set randomState(state: RandomState | null) {
    this.#random = state && RandomStream.from(state);
  }

  #compiled(caller: string): Compilation {
    if (this.#compilation === null) {
      throw new ConfigError(
        `${caller}: model '${this.name}' was not compiled. Call model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' }) first.`,
      );
    }
    return this.#compilation;
  }
}
