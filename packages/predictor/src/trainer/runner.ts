// The graphs of a training, compiled as they are needed, and run on states.
import type { Backend, RandomStream } from '@nablajs/tensor';
import { specAt } from '../format.ts';
import { type Programs, programsOf } from '../programs.ts';
import { samplesAt } from '../samples.ts';
import type { Samples } from './data.ts';
import { type LoadedTrainer, NO_BATCH, type StoredReport, type StoredStep, stepAt } from './format.ts';
import type { States, Sums } from './states.ts';

/** Some of the samples, and where they are counted. */
export interface Batch {
  readonly samples: Samples;
  readonly size: number;
  readonly numberOf: (i: number) => number;
  readonly sums: Sums;
}

/** Runs one graph at a time. */
export class Runner {
  readonly #loaded: LoadedTrainer;
  readonly #backend: Backend;
  readonly #states: States;
  readonly #random: RandomStream;
  readonly #programs = new Map<StoredStep, Programs>();

  constructor(loaded: LoadedTrainer, backend: Backend, states: States, random: RandomStream) {
    this.#loaded = loaded;
    this.#backend = backend;
    this.#states = states;
    this.#random = random;
  }

  /** One step of training. Takes a random key whether it draws or not, as the model's own steps do. */
  train(batch: Batch): Promise<void> {
    return this.#run(this.#loaded.stored.train, batch, this.#random.nextKey());
  }

  /** One step of evaluation. */
  test(batch: Batch): Promise<void> {
    return this.#run(this.#loaded.stored.test, batch, [0, 0]);
  }

  /** What was counted, by name. */
  async report(report: StoredReport, sums: Sums): Promise<Readonly<Record<string, number>>> {
    const program = await this.#programsOf(report).at(NO_BATCH);
    const outputs = await this.#states.run(program, report, { batch: [], sums, key: null });
    const values = await Promise.all(outputs.map((output) => this.#backend.download(output)));
    for (const output of outputs) this.#backend.free(output);
    return Object.fromEntries(report.names.map((name, i) => [name, values[i]![0]!]));
  }

  dispose(): void {
    for (const programs of this.#programs.values()) programs.dispose();
  }

  #programsOf(step: StoredStep): Programs {
    let programs = this.#programs.get(step);
    if (!programs) {
      programs = programsOf(this.#backend, this.#loaded.predictor, (size) => stepAt(step, this.#loaded, size));
      this.#programs.set(step, programs);
    }
    return programs;
  }

  async #run(step: StoredStep, batch: Batch, words: ArrayLike<number>): Promise<void> {
    const { samples, size, numberOf, sums } = batch;
    const program = await this.#programsOf(step).at(size);
    const inputs = samples.places.map((place, i) =>
      this.#backend.upload(samplesAt(samples.values[i]!, place, size, numberOf), specAt(place, size)),
    );
    const key = this.#backend.upload(Int32Array.from(words), { dtype: 'int32', shape: [2] });
    try {
      await this.#states.run(program, step, { batch: inputs, sums, key });
    } finally {
      for (const each of [...inputs, key]) this.#backend.free(each);
    }
  }
}
