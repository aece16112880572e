import type { StoredTensor } from '@nablajs/model';
import { type Backend, ConfigError, type RandomState, RandomStream } from '@nablajs/tensor';
import { predictorFile } from '../format.ts';
import { Predictor, type PredictorOutput, type PredictorPlace, type PredictorRunOptions } from '../predictor.ts';
import { batchFor, type PredictorValues } from '../samples.ts';
import { type Samples, samplesFrom, type TrainerValues } from './data.ts';
import { type LoadedTrainer, type StoredReport, trainerFile } from './format.ts';
import { type Batch, Runner } from './runner.ts';
import { States, type Sums } from './states.ts';

/** Loss and metrics by name, as in the history of `model.fit`. */
export type TrainerLogs = Readonly<Record<string, number>>;

/** What the targets of an output are. */
export interface TrainerTarget extends PredictorPlace {
  /** How many classes there are, where targets are their numbers. */
  readonly classes?: number;
}

/** Options of {@link Trainer.fit}. */
export interface TrainerFitOptions {
  /** Passes over the samples. Default 1. */
  readonly epochs?: number;
  /** Samples per step. Default 32, or the only size that the file was written for. The last batch may be smaller. */
  readonly batchSize?: number;
  /** New order in each epoch, from the seed in the file. Default `true`. */
  readonly shuffle?: boolean;
  /** `[x, y]`, evaluated after each epoch: `valLoss`. */
  readonly validationData?: readonly [x: TrainerValues, y?: TrainerValues];
  /** Called after each epoch, counted from 0; `false` ends the training. */
  readonly onEpoch?: (epoch: number, logs: TrainerLogs) => unknown;
  /** Ends the training between two batches; `fit` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of {@link Trainer.evaluate}. */
export interface TrainerEvaluateOptions {
  /** Samples computed at once. Default 32, or the only size that the file was written for. */
  readonly batchSize?: number;
}

/** A training in its course, without the model: what `loadTrainer` gives. */
export class Trainer {
  readonly inputs: readonly PredictorPlace[];
  readonly targets: readonly TrainerTarget[];
  readonly outputs: readonly PredictorPlace[];
  readonly #loaded: LoadedTrainer;
  readonly #states: States;
  readonly #predictor: Predictor;
  readonly #runner: Runner;
  readonly #random: RandomStream;
  readonly #rateAt: number;
  #rate: number;
  #isRateNew = false;
  #isFitting = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(loaded: LoadedTrainer, backend: Backend) {
    const { predictor, stored, tensors } = loaded;
    this.inputs = predictor.stored.inputs;
    this.targets = stored.targets;
    this.outputs = predictor.stored.outputs;
    this.#loaded = loaded;
    this.#states = new States(backend, loaded);
    this.#predictor = new Predictor(predictor, backend, () => this.#states.named(predictor.stored.weights));
    this.#random = RandomStream.from(stored.random);
    this.#runner = new Runner(loaded, backend, this.#states, this.#random);
    this.#rateAt = stored.states.findIndex(({ role }) => role === 'learningRate');
    this.#rate = this.#rateAt < 0 ? Number.NaN : tensors.get(stored.states[this.#rateAt]!.name)!.data[0]!;
  }

  /** The learning rate. Under a schedule that of the last step whose loss was read; it cannot be set then. */
  get learningRate(): number {
    return this.#rate;
  }

  /** @throws ConfigError under a schedule, and for what is no number of at least 0 */
  set learningRate(rate: number) {
    if (this.#isScheduled) {
      throw new ConfigError(
        'learningRate: it follows a schedule, which is a part of the file. Export the model with a number instead.',
      );
    }
    if (!(Number.isFinite(rate) && rate >= 0)) {
      throw new ConfigError(`learningRate must be a finite number of at least 0, got ${rate}.`);
    }
    this.#rate = rate;
    this.#isRateNew = true;
  }

  /**
   * One step of training on one batch. Resolves to its loss and metrics, before the step.
   * @throws ConfigError for data that do not fit, or while {@link fit} runs; ShapeError when the numbers do not make whole
   * samples
   */
  async step(x: TrainerValues, y?: TrainerValues): Promise<TrainerLogs> {
    this.#refuseInFit('step');
    const samples = samplesFrom('step', this, x, y);
    const size = batchFor('step', samples.count, this.#onlySize ?? samples.count, this.#onlySize);
    if (size !== samples.count) {
      throw new ConfigError(
        `step: this file trains with batches of exactly ${size}, got ${samples.count} samples. Use fit.`,
      );
    }
    return this.#counting('step', async (sums) => {
      await this.#train('step', { samples, size, numberOf: (i) => i, sums });
      return this.#report(this.#loaded.stored.trainReport, sums);
    });
  }

  /**
   * Trains on all samples, in batches. Resolves to loss and metrics of all epochs, as `history` of `model.fit`.
   * @throws ConfigError and ShapeError for data and options that do not fit
   */
  async fit(
    x: TrainerValues,
    y?: TrainerValues,
    options: TrainerFitOptions = {},
  ): Promise<{ readonly history: Readonly<Record<string, readonly number[]>> }> {
    const { epochs = 1, shuffle = true, validationData, onEpoch, signal } = options;
    this.#refuseInFit('fit');
    if (!Number.isInteger(epochs) || epochs < 1) {
      throw new ConfigError(`fit: epochs must be a whole number of at least 1, got ${epochs}.`);
    }
    const samples = samplesFrom('fit', this, x, y);
    const batchSize = batchFor('fit', samples.count, options.batchSize, this.#onlySize);
    const history: Record<string, number[]> = {};
    this.#isFitting = true;
    try {
      for (let epoch = 0; epoch < epochs; epoch++) {
        const order = shuffle ? this.#random.permutation(samples.count) : null;
        const trained = await this.#epoch(samples, { batchSize, order, signal });
        const validated = validationData
          ? await this.evaluate(validationData[0], validationData[1], { batchSize })
          : {};
        const logs = { ...trained, ...asValidation(validated) };
        for (const [name, value] of Object.entries(logs)) history[name] = [...(history[name] ?? []), value];
        if ((await onEpoch?.(epoch, logs)) === false) break;
      }
    } finally {
      this.#isFitting = false;
    }
    return { history };
  }

  /** Loss and metrics over all samples, without training. @throws ConfigError and ShapeError for data that do not fit */
  async evaluate(x: TrainerValues, y?: TrainerValues, options: TrainerEvaluateOptions = {}): Promise<TrainerLogs> {
    const samples = samplesFrom('evaluate', this, x, y);
    const batchSize = batchFor('evaluate', samples.count, options.batchSize, this.#onlySize);
    return this.#counting('evaluate', async (sums) => {
      for (let at = 0; at < samples.count; at += batchSize) {
        const size = Math.min(batchSize, samples.count - at);
        const batch = { samples, size, numberOf: (i: number) => at + i, sums };
        await this.#turn('evaluate', () => this.#runner.test(batch));
      }
      return this.#report(this.#loaded.stored.testReport, sums);
    });
  }

  /** The output for all samples, with the weights as they are. @throws as `predict` of a {@link Predictor} */
  predict(x: PredictorValues, options: PredictorRunOptions = {}): Promise<PredictorOutput> {
    return this.#turn('predict', () => this.#predictor.predict(x, options));
  }

  /** All outputs by name, from all inputs by name. @throws as `run` of a {@link Predictor} */
  run(
    x: Readonly<Record<string, PredictorValues>>,
    options: PredictorRunOptions = {},
  ): Promise<Readonly<Record<string, PredictorOutput>>> {
    return this.#turn('run', () => this.#predictor.run(x, options));
  }

  /** The weights as they are, by name. */
  async weights(): Promise<Readonly<Record<string, StoredTensor>>> {
    const { states } = await this.#now('weights');
    const own = this.#loaded.stored.states.filter(({ role }) => role === 'weight');
    return Object.fromEntries(own.map(({ name }) => [name, states.get(name)!]));
  }

  /**
   * The training as it stands, as a file: `loadTrainer` goes on with it to the last bit, `loadPredictor` predicts with it,
   * and `model.loadWeights` takes its weights back into the model.
   */
  async save(): Promise<Uint8Array> {
    const { text, stored, tensors: read } = this.#loaded;
    const { states, random } = await this.#now('save');
    const tensors = new Map([...read].map(([name, tensor]) => [name, states.get(name) ?? tensor]));
    return trainerFile(text, { ...stored, random }, tensors);
  }

  /** The bytes of a predictor with the weights as they are, for `loadPredictor`: smaller than {@link save}. */
  async toPredictor(): Promise<Uint8Array> {
    const { text, predictor, tensors: read } = this.#loaded;
    const { states } = await this.#now('toPredictor');
    const names = [...predictor.stored.weights, ...predictor.stored.constants];
    const tensors = new Map(names.map((name) => [name, states.get(name) ?? read.get(name)!]));
    return predictorFile(text, tensors);
  }

  /** Frees states and compiled graphs; the trainer is unusable afterwards. */
  dispose(): void {
    this.#states.dispose();
    this.#predictor.dispose();
    this.#runner.dispose();
  }

  // ── one after the other ───────────────────────────────────────────────────

  get #onlySize(): number | null {
    return this.#loaded.predictor.stored.batchSize;
  }

  get #isScheduled(): boolean {
    return this.#loaded.stored.train.updates.includes(this.#rateAt);
  }

  #refuseInFit(caller: string): void {
    if (this.#isFitting) throw new ConfigError(`${caller}: fit is running. Wait for it, or end it by its signal.`);
  }

  /** A graph computes in memory of its own, and takes the states from the one before. */
  #turn<T>(caller: string, f: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      this.#states.requireAlive(caller);
      return f();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** The training between two steps. */
  #now(caller: string): Promise<{ readonly states: ReadonlyMap<string, StoredTensor>; readonly random: RandomState }> {
    return this.#turn(caller, async () => {
      this.#setRate();
      return { states: await this.#states.tensors(), random: this.#random.state };
    });
  }

  async #counting<T>(caller: string, f: (sums: Sums) => Promise<T>): Promise<T> {
    this.#states.requireAlive(caller);
    const sums = this.#states.zeros();
    try {
      return await f(sums);
    } finally {
      this.#states.release(sums);
    }
  }

  #epoch(samples: Samples, { batchSize, order, signal }: EpochOptions): Promise<TrainerLogs> {
    let last = Date.now();
    return this.#counting('fit', async (sums) => {
      for (let at = 0; at < samples.count; at += batchSize) {
        signal?.throwIfAborted();
        const size = Math.min(batchSize, samples.count - at);
        const numberOf = (i: number): number => order?.[at + i] ?? at + i;
        await this.#train('fit', { samples, size, numberOf, sums });
        if (Date.now() - last < BREATH) continue;
        await new Promise((resolve) => setTimeout(resolve, 0));
        last = Date.now();
      }
      return this.#report(this.#loaded.stored.trainReport, sums);
    });
  }

  #train(caller: string, batch: Batch): Promise<void> {
    return this.#turn(caller, () => {
      this.#setRate();
      return this.#runner.train(batch);
    });
  }

  #setRate(): void {
    if (this.#isRateNew) this.#states.put(this.#rateAt, Float32Array.of(this.#rate));
    this.#isRateNew = false;
  }

  #report(report: StoredReport, sums: Sums): Promise<TrainerLogs> {
    return this.#turn('report', async () => {
      const logs = await this.#runner.report(report, sums);
      if (this.#isScheduled) this.#rate = (await this.#states.read(this.#rateAt))[0]!;
      return logs;
    });
  }
}

/** Milliseconds after which pages may paint. */
const BREATH = 30;

interface EpochOptions {
  readonly batchSize: number;
  readonly order: Uint32Array | null;
  readonly signal: AbortSignal | undefined;
}

function asValidation(logs: TrainerLogs): TrainerLogs {
  return Object.fromEntries(
    Object.entries(logs).map(([name, value]) => [`val${name[0]!.toUpperCase()}${name.slice(1)}`, value]),
  );
}
