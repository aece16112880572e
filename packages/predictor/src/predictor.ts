import {
  type Backend,
  type Buffer,
  ConfigError,
  type DType,
  type Executable,
  type Graph,
  type HostArray,
  hostArray,
  type Shape,
  ShapeError,
  sizeOf,
  specOf,
  UnsupportedOpError,
} from '@nablajs/tensor';
import { graphAt, type Loaded } from './format.ts';

/** An input or output of a predictor. */
export interface PredictorPlace {
  readonly name: string;
  readonly dtype: DType;
  /** Of one sample, without the axis of the batch. */
  readonly shape: Shape;
}

/** Samples one after the other, row-major: a typed array or a flat list of numbers. */
export type PredictorValues = ArrayLike<number>;

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
  readonly #programs = new Map<number, Promise<Executable>>();
  #weights: readonly Buffer[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(loaded: Loaded, backend: Backend) {
    this.inputs = loaded.stored.inputs;
    this.outputs = loaded.stored.outputs;
    this.#loaded = loaded;
    this.#backend = backend;
    this.#weights = loaded.weights.map(({ data, shape, dtype }) => backend.upload(data, { shape, dtype }));
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
    for (const weight of this.#weights) this.#backend.free(weight);
    this.#weights = [];
    for (const program of this.#programs.values()) program.then((each) => each.dispose()).catch(() => undefined);
    this.#programs.clear();
  }

  async #run(
    x: Readonly<Record<string, PredictorValues>>,
    options: PredictorRunOptions,
  ): Promise<Readonly<Record<string, PredictorOutput>>> {
    if (this.#weights.length < this.#loaded.weights.length) {
      throw new ConfigError('run: this predictor was disposed. Load it again.');
    }
    const values = this.inputs.map(({ name }) => named(name, x, this.inputs));
    const samples = samplesIn(this.inputs, values);
    const batch = this.#batchFor(samples, options);
    const results = this.outputs.map(({ dtype, shape }) => hostArray(dtype, samples * sizeOf(shape)));
    for (let at = 0; at < samples; at += batch) {
      const size = Math.min(batch, samples - at);
      const parts = await this.#batch(
        size,
        values.map((each, i) => slice(each, this.inputs[i]!, at, size)),
      );
      for (const [i, part] of parts.entries()) results[i]!.set(part, at * sizeOf(this.outputs[i]!.shape));
    }
    return Object.fromEntries(
      this.outputs.map(({ name, shape }, i) => [name, { data: results[i]!, shape: [samples, ...shape] }]),
    );
  }

  #batchFor(samples: number, { batchSize }: PredictorRunOptions): number {
    const only = this.#loaded.stored.batchSize;
    const size = batchSize ?? only ?? 32;
    if (!Number.isInteger(size) || size < 1) {
      throw new ConfigError(`run: batchSize must be a whole number of at least 1, got ${size}.`);
    }
    if (only !== null && (size !== only || samples % only !== 0)) {
      throw new ShapeError(
        `run: this predictor computes with batches of exactly ${only}, got ${samples} samples${size === only ? '' : ` and batchSize ${size}`}. Fill up the last batch.`,
      );
    }
    return size;
  }

  async #batch(size: number, values: readonly HostArray[]): Promise<readonly HostArray[]> {
    const backend = this.#backend;
    const program = await this.#program(size);
    const inputs = values.map((each, i) =>
      backend.upload(each, { dtype: this.inputs[i]!.dtype, shape: [size, ...this.inputs[i]!.shape] }),
    );
    try {
      const outputs = await program.run([...inputs, ...this.#weights]);
      const results = await Promise.all(outputs.map((output) => backend.download(output)));
      for (const output of outputs) backend.free(output);
      return results;
    } finally {
      for (const input of inputs) backend.free(input);
    }
  }

  #program(size: number): Promise<Executable> {
    let program = this.#programs.get(size);
    if (!program) {
      program = this.#compile(size);
      this.#programs.set(size, program);
    }
    return program;
  }

  async #compile(size: number): Promise<Executable> {
    const graph = graphAt(this.#loaded, size);
    requireSupport(graph, this.#backend, this.#loaded.file);
    return this.#backend.compile(graph);
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

function samplesIn(inputs: readonly PredictorPlace[], values: readonly PredictorValues[]): number {
  const counts = inputs.map(({ name, shape }, i) => {
    const [length, each] = [values[i]!.length, sizeOf(shape)];
    if (length > 0 && length % each === 0) return length / each;
    throw new ShapeError(
      `run: a sample of '${name}' has ${each} numbers (shape [${shape.join(', ')}]), and ${length} were given: not a whole number of samples.`,
    );
  });
  if (counts.some((count) => count !== counts[0])) {
    const list = inputs.map(({ name }, i) => `${counts[i]} of '${name}'`).join(', ');
    throw new ShapeError(`run: all inputs need the same number of samples, got ${list}.`);
  }
  return counts[0]!;
}

function slice(values: PredictorValues, { dtype, shape }: PredictorPlace, at: number, size: number): HostArray {
  const each = sizeOf(shape);
  const part = hostArray(dtype, size * each);
  for (let i = 0; i < part.length; i++) part[i] = values[at * each + i]!;
  return part;
}

function requireSupport(graph: Graph, backend: Backend, file: string): void {
  const { ops, dtypes, maxRank, supports } = backend.capabilities;
  for (const instruction of graph.code) {
    const { op, operands, spec } = instruction;
    const specs = operands.map((operand) => specOf(graph, operand));
    const fits = [spec, ...specs].every(({ dtype, shape }) => dtypes.has(dtype) && shape.length <= maxRank);
    const verdict = ops.has(op) && fits ? (supports?.(instruction, specs) ?? true) : 'it has no kernel for that';
    if (verdict === true) continue;
    throw new UnsupportedOpError(
      `${file}: backend '${backend.name}' cannot run '${op}' (${verdict}): the file was written for another one. ` +
        'Write it again with exportPredictor(model, { backend }) and this backend.',
      { op },
    );
  }
}
