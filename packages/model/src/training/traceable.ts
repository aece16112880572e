// A model's training for those who write it into files.
import type { Optimizer } from '@nablajs/optimizers';
import { ConfigError, type DType, type Shape, type Tensor, type Variable } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import type { Phase } from './steps.ts';
import { TracedTraining } from './traced-training.ts';

/** The targets of an output, sample by sample. */
export interface TargetSpec {
  readonly dtype: DType;
  /** Of one sample, without the axis of the batch. */
  readonly shape: Shape;
  /** How many classes there are, where targets are their numbers. */
  readonly classes?: number;
}

/** The steps of `fit` and `evaluate` as functions, to be traced into graphs. */
export interface TraceableTraining {
  readonly optimizer: Optimizer;
  /** For each output; `null` for one without loss and metrics. */
  readonly targets: readonly (TargetSpec | null)[];
  /** Everything that weights, optimizers and counts of metrics are kept in, under its name in files. */
  readonly variables: ReadonlyMap<Variable, string>;
  /** Those in which loss and metrics are counted. */
  readonly sums: ReadonlySet<Variable>;
  /** Makes all state for batches of so many samples. Outside of traces. */
  build(batch: number): void;
  /** One step on a batch, of training or of evaluation: a tensor per input, a target per output that has one. */
  step(phase: Phase, x: readonly Tensor[], y: readonly (Tensor | null)[]): void;
  /** Loss and metrics of all that was counted since its state was zeros, once steps of that phase were traced. */
  results(phase: Phase): Readonly<Record<string, Tensor>>;
}

/**
 * The training of a compiled and built model, to be traced. The model itself stays as it is.
 * @param caller for messages: `exportTrainer`
 * @param targets of outputs by name, where loss and output leave open what they are
 * @throws ConfigError for a model that was not compiled, with metrics that compute on the host, or whose targets cannot be
 * told from its losses
 */
export async function traceableTraining(
  caller: string,
  model: AnyModel,
  targets: Readonly<Record<string, TargetSpec>> = {},
): Promise<TraceableTraining> {
  const { compilation } = model;
  if (!compilation) {
    throw new ConfigError(
      `${caller}: model '${model.name}' was not compiled. Call model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' }) first.`,
    );
  }
  return new TracedTraining(caller, model, await compilation.load(), targets);
}
