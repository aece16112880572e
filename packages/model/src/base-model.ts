// What every model can do, whatever its topology: compile, fit, evaluate, predict, describe itself, be saved.
// What trains, evaluates and saves is imported when it is first called: pages that only predict never fetch it.
import type { Dataset } from '@nablajs/data';
import type { Optimizer } from '@nablajs/optimizers';
import { ConfigError, type RandomState, RandomStream, randomStream, type Tensor } from '@nablajs/tensor';
import type { History } from './callbacks/history.ts';
import type { LoadedWeights, LoadWeightsOptions } from './files/weights-file.ts';
import { type FlopsReport, flopsOf } from './flops.ts';
import type { AnyModel, TrainLogs } from './model.ts';
import { summaryText } from './summary.ts';
import { Network } from './topology/network.ts';
import type { Structure, TensorsIn, ValueIn } from './topology/structure.ts';
import { Compilation, type CompileModelOptions } from './training/compilation.ts';
import type { EvaluateOptions } from './training/evaluate.ts';
import type { FitOptions } from './training/fit.ts';
import type { ModelInput } from './training/input.ts';
import type { TestOnBatchOptions, TrainOnBatchOptions } from './training/on-batch.ts';
import { type PredictOptions, predictBatch, predictModel } from './training/predict.ts';
import type { Batches } from './training/source.ts';
import type { Steps, TrainBatch } from './training/steps.ts';

/** What every model can do: {@link Model} and {@link Sequential} say what it is made of. */
export abstract class BaseModel<In extends Structure = Tensor, Out extends Structure = Tensor> extends Network<
  In,
  Out
> {
  /** Set it in a callback to end training after the current epoch. */
  stopTraining = false;
  #compilation: Compilation | null = null;
  #random: RandomStream | null = null;

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

  /** The compiled steps, for their `stats` and `explain()`: `model.steps.train`; `null` before training. */
  get steps(): Steps | null {
    return this.#compilation?.steps ?? null;
  }

  /**
   * Trains.
   * @param x inputs, first axis = samples, for several inputs a list or a record of them; or batches, then without `y`:
   *   a Dataset, anything that can be walked through asynchronously, or a function that begins to yield `{ x, y }`
   * @param y targets, first axis = samples, for several outputs a list or a record of them
   * @returns history with one number per epoch for the loss and each metric
   * @throws ConfigError for missing or empty data, wrong labels, NaN inputs; ShapeError where data do not fit a layer
   */
  fit(x: ModelInput | Dataset | Batches, y?: ModelInput, options?: FitOptions): Promise<History>;
  fit(x: Dataset | Batches, options?: FitOptions): Promise<History>;
  async fit(x: ModelInput | Dataset | Batches, y?: ModelInput | FitOptions, options?: FitOptions): Promise<History> {
    await this.#compiled('fit').load();
    const { fitModel } = await import('./training/training.ts');
    return fitModel(this.#self, x, y, options);
  }

  /** Loss and metrics over a whole set, as a record: `{ loss, accuracy, ... }`. Data as in {@link fit}. */
  async evaluate(
    x: ModelInput | Dataset | Batches,
    y?: ModelInput,
    options: EvaluateOptions = {},
  ): Promise<Record<string, number>> {
    this.#compiled('evaluate');
    const { evaluateModel } = await import('./training/training.ts');
    return evaluateModel(this.#self, x, y, options);
  }

  /** The outputs for all samples, in order, computed in batches; in the form of the model's outputs. */
  async predict(x: ModelInput | Dataset | Batches, options: PredictOptions = {}): Promise<TensorsIn<Out>> {
    return (await predictModel(this.#self, x, options)) as TensorsIn<Out>;
  }

  /** One training step on one batch. Loss and metrics of this batch, before the step. */
  async trainOnBatch(
    x: ModelInput,
    y?: ModelInput,
    options: TrainOnBatchOptions = {},
  ): Promise<Record<string, number>> {
    await this.#compiled('trainOnBatch').load();
    const { trainBatch } = await import('./training/training.ts');
    return trainBatch(this.#self, x, y, options);
  }

  /** Loss and metrics of one batch. */
  async testOnBatch(x: ModelInput, y?: ModelInput, options: TestOnBatchOptions = {}): Promise<Record<string, number>> {
    this.#compiled('testOnBatch');
    const { testBatch } = await import('./training/training.ts');
    return testBatch(this.#self, x, y, options);
  }

  /** The outputs for one batch, left on the backend. */
  async predictOnBatch(x: ModelInput): Promise<TensorsIn<Out>> {
    return (await predictBatch(this.#self, x)) as TensorsIn<Out>;
  }

  /**
   * What one training step does with a batch, as one graph: forward, backward, update. Override it for another one, such
   * as two networks with an optimizer each; {@link computeLoss} and `gradients` are what it is made of.
   * @param batch inputs as the model takes them, `y` and `sampleWeight` in the form of its outputs
   * @returns scalars to report as means over the epoch, by name; what `computeLoss` counts is reported anyway
   */
  trainStep(batch: TrainBatch): TrainLogs {
    this.#tracing('trainStep').trainOn(batch);
  }

  /** What one step of evaluation does; see {@link trainStep}. */
  testStep(batch: TrainBatch): TrainLogs {
    this.#tracing('testStep').testOn(batch);
  }

  /**
   * Inside of {@link trainStep}: the loss that the model was compiled with, of predictions for a batch, with the terms
   * that layers add. Counts it, and the metrics.
   */
  protected computeLoss(batch: TrainBatch, prediction: ValueIn<Out> | TensorsIn<Out>): Tensor {
    return this.#tracing('computeLoss').score(batch, prediction);
  }

  /** A table of layers with output shapes, parameters and FLOPs per sample. */
  summary(): string {
    return summaryText(this.#self);
  }

  /** Floating point operations of one forward pass for one sample, a multiply-add counted as two, in all and per layer. */
  flops(): FlopsReport {
    return flopsOf(this.#self);
  }

  /** The model as the bytes of a safetensors file: weights, architecture, optimizer state, random state. */
  async toBytes(): Promise<Uint8Array> {
    const { modelBytes } = await import('./files/model-file.ts');
    return modelBytes(this.#self);
  }

  /** Saves to a file in Node, whole or not at all. Read it with `loadModel`; any safetensors library reads the weights. */
  async save(path: string): Promise<void> {
    const { writeBytes } = await import('./files/disk.ts');
    await writeBytes(path, await this.toBytes());
  }

  /** Saves the weights alone to a safetensors file in Node, whole or not at all. */
  async saveWeights(path: string): Promise<void> {
    const files = await import('./files/weights-file.ts');
    await files.saveWeights(this.#self, path);
  }

  /**
   * Reads weights from a safetensors file: that of {@link saveWeights}, of a whole model, or from elsewhere. They go by
   * name; a file that has none of the names is taken in order, as in Keras.
   * @param source a path (in Node), or the file's bytes
   * @throws FormatError when file and model do not have the same weights, before any of them is changed
   * @example await model.loadWeights('backbone.safetensors', { byName: true, skipMismatch: true })
   */
  async loadWeights(source: string | Uint8Array, options: LoadWeightsOptions = {}): Promise<LoadedWeights> {
    if (!this.built) {
      throw new ConfigError(
        `model '${this.name}' has no weights to load into yet: its input shape is unknown. Call build, or begin with Input({ shape }).`,
      );
    }
    const files = await import('./files/weights-file.ts');
    return files.loadWeights(this.#self, source, options);
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

  /** This model for functions that take any. */
  get #self(): AnyModel {
    return this as unknown as AnyModel;
  }

  #tracing(caller: string): Steps {
    if (this.steps) return this.steps;
    throw new ConfigError(
      `${caller}: model '${this.name}' is not being trained. fit and evaluate call it, in their steps.`,
    );
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
