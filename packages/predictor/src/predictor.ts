import {
  type Backend,
  type Buffer,
  ConfigError,
  type DType,
  type HostArray,
  hostArray,
  type Shape,
  sizeOf,
} from '@nablajs/tensor';
import { graphAt, type Loaded, specAt } from './format.ts';
import { type Programs, programsOf } from './programs.ts';
import { batchFor, type PredictorValues, samplesAt, samplesIn } from './samples.ts';

/** An input or output of a predictor. */
export interface PredictorPlace {
  readonly name: string;
  readonly dtype: DType;
  /** Of one sample, without the axis of the batch. */
  readonly shape: Shape;
}

/** What a predictor computed for all samples. */
export interface PredictorOutput {
  /** Row-major; the caller's. */
  readonly data: HostArray;
  /** `[samples, ...place.shape]` */
  readonly shape: Shape;
}

/** Options of a run. */
export interface PredictorRunOptions {
  /** Samples computed at once. Default 32, or the only size that the file was written for. */
  readonly batchSize?: number;
}

/** A trained model's computation, without the model: what `loadPredictor` gives. */
export class Predictor {
  readonly inputs: readonly PredictorPlace[];
  readonly outputs: readonly PredictorPlace[];
  readonly #loaded: Loaded;
  readonly #backend: Backend;
  readonly #programs: Programs;
  /** Whose weights these are, where they are not the predictor's own. */
  readonly #lent: (() => readonly Buffer[]) | null;
  #weights: readonly Buffer[] | null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param lent weights that somebody else keeps, as they are when asked for; by default those of the file */
  constructor(loaded: Loaded, backend: Backend, lent: (() => readonly Buffer[]) | null = null) {
    this.inputs = loaded.stored.inputs;
    this.outputs = loaded.stored.outputs;
    this.#loaded = loaded;
    this.#backend = backend;
    this.#programs = programsOf(backend, loaded, (size) => graphAt(loaded, size));
    this.#lent = lent;
    this.#weights = lent ? [] : loaded.weights.map(({ data, shape, dtype }) => backend.upload(data, { shape, dtype }));
  }

  /**
   * Computes the output for all samples.
   * @throws ConfigError when the model has several inputs or outputs, which {@link run} takes by name; ShapeError when the
   * numbers do not make whole samples
   */
  async predict(x: PredictorValues, options: PredictorRunOptions = {}): Promise<PredictorOutput> {
    const [input, ...moreInputs] = this.inputs;
    const [output, ...moreOutputs] = this.outputs;
    if (moreInputs.length > 0 || moreOutputs.length > 0) {
      const record = `{ ${this.inputs.map(({ name }) => `${JSON.stringify(name)}: values`).join(', ')} }`;
      const counts = `${this.inputs.length} inputs and ${this.outputs.length} outputs`;
      throw new ConfigError(`predict: this predictor has ${counts}. Name them: predictor.run(${record}).`);
    }
    return (await this.run({ [input!.name]: x }, options))[output!.name]!;
  }

  /**
   * Computes all outputs, by name, from all inputs, by name.
   * @throws ConfigError for names that are missing or unknown; ShapeError when the numbers do not make whole samples, or
   * inputs have different numbers of them
   */
  run(
    x: Readonly<Record<string, PredictorValues>>,
    options: PredictorRunOptions = {},
  ): Promise<Readonly<Record<string, PredictorOutput>>> {
    // One after the other: a compiled graph computes in memory of its own.
    const turn = this.#last.then(() => this.#run(x, options));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Frees the weights and compiled graphs; the predictor is unusable afterwards. */
  dispose(): void {
    for (const weight of this.#weights ?? []) this.#backend.free(weight);
    this.#weights = null;
    this.#programs.dispose();
  }

  async #run(
    x: Readonly<Record<string, PredictorValues>>,
    options: PredictorRunOptions,
  ): Promise<Readonly<Record<string, PredictorOutput>>> {
    if (!this.#weights) {
      throw new ConfigError('run: this predictor was disposed. Load it again.');
    }
    const values = this.inputs.map(({ name }) => named(name, x, this.inputs));
    const samples = samplesIn('run', this.inputs, values);
    const batch = batchFor('run', samples, options.batchSize, this.#loaded.stored.batchSize);
    const results = this.outputs.map(({ dtype, shape }) => hostArray(dtype, samples * sizeOf(shape)));
    for (let at = 0; at < samples; at += batch) {
      const size = Math.min(batch, samples - at);
      const parts = await this.#batch(
        size,
        values.map((each, i) => samplesAt(each, this.inputs[i]!, size, (row) => at + row)),
      );
      for (const [i, part] of parts.entries()) results[i]!.set(part, at * sizeOf(this.outputs[i]!.shape));
    }
    return Object.fromEntries(
      this.outputs.map(({ name, shape }, i) => [name, { data: results[i]!, shape: [samples, ...shape] }]),
    );
  }

  async #batch(size: number, values: readonly HostArray[]): Promise<readonly HostArray[]> {
    const backend = this.#backend;
    const program = await this.#programs.at(size);
    const inputs = values.map((each, i) => backend.upload(each, specAt(this.inputs[i]!, size)));
    try {
      const outputs = await program.run([...inputs, ...(this.#lent?.() ?? this.#weights!)]);
      const results = await Promise.all(outputs.map((output) => backend.download(output)));
      for (const output of outputs) backend.free(output);
      return results;
    } finally {
      for (const input of inputs) backend.free(input);
    }
  }
}

function named(
  name: string,
  x: Readonly<Record<string, PredictorValues>>,
  inputs: readonly PredictorPlace[],
): PredictorValues {
  const values = x[name];
  if (values !== undefined) return values;
  const [needed, given] = [inputs.map((each) => `'${each.name}'`), Object.keys(x).map((each) => `'${each}'`)];
  throw new ConfigError(`run: this predictor takes ${needed.join(', ')}, got ${given.join(', ') || 'nothing'}.`);
}
