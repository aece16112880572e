import {
  type AnyModel,
  type Phase,
  type StoredTensor,
  type TargetSpec,
  type TraceableTraining,
  traceableTraining,
} from '@nablajs/model';
import { ConfigError, resolveBackend, type Spec, type Tensor, type TracedStep, traceStep } from '@nablajs/tensor';
import { VERSION } from '../format.ts';
import {
  type StoredReport,
  type StoredStep,
  type StoredTarget,
  type StoredTrainer,
  trainerFile,
} from '../trainer/format.ts';
import { batchesFor, type ExportOptions, generalGraph, sized } from './any-batch.ts';
import { forwardOf, inputSpecs, placeName, type Request } from './forward.ts';
import { StateTable } from './state-table.ts';

/** Options of {@link exportTrainer}. */
export interface ExportTrainerOptions extends ExportOptions {
  /**
   * What the targets of an output are, by the output's name, where its loss leaves it open: dtype, and shape of one sample.
   * Default: class numbers or values like the outputs, whichever the loss takes.
   */
  readonly targets?: Readonly<Record<string, TargetSpec>>;
}

/**
 * A compiled model's training as one file, for `loadTrainer`: a page that trains with it loads neither layers nor gradients,
 * optimizers or tensors, and needs no code of plugins. The file holds the whole step of `fit`: forward, loss and penalties,
 * gradients, update of weights, optimizer and statistics, metrics; and the graphs of `evaluate` and `predict`. It is
 * safetensors, and a predictor's file as well. Training goes on from the model as it is, to the same bits as `fit`.
 * @param model a built and compiled model
 * @throws ConfigError for a model that is not built or compiled, or whose step is not one graph; UnsupportedOpError for ops
 * that the backend cannot run
 * @example await writeFile('gestures.trainer', await exportTrainer(model));
 */
export async function exportTrainer(model: AnyModel, options: ExportTrainerOptions = {}): Promise<Uint8Array> {
  const { batchSize = 'any', backend = await resolveBackend(), targets = {} } = options;
  const caller = 'exportTrainer';
  const request: Request = { caller, batches: batchesFor(caller, batchSize), capabilities: backend.capabilities };
  inputSpecs(caller, model);
  const training = await traceableTraining(caller, model, targets);
  checkOptimizer(caller, model, training);
  const predictor = await forwardOf(model, { ...request, constants: 'training/predict/constant' });
  training.build(request.batches[0]);
  const table = new StateTable(training, model.weights);
  const [train, test] = [
    stepOf('train', model, training, table, request),
    stepOf('test', model, training, table, request),
  ];
  const [trainReport, testReport] = [
    reportOf('train', training, table, request),
    reportOf('test', training, table, request),
  ];
  const trainer: StoredTrainer = {
    version: VERSION,
    targets: targetPlaces(model, training),
    states: table.stored,
    random: model.trainingStream().state,
    train,
    test,
    trainReport,
    testReport,
  };
  const weights = predictor.weights.map(({ variable, value }, i) =>
    variable ? table.nameOf(variable) : table.constant(`training/predict/${i}`, value),
  );
  for (const [i, name] of predictor.stored.constants.entries()) table.constant(name, predictor.constants[i]!);
  const tensors: ReadonlyMap<string, StoredTensor> = await table.tensors();
  const text = JSON.stringify({ ...predictor.stored, weights });
  return trainerFile(text, trainer, tensors);
}

function checkOptimizer(caller: string, model: AnyModel, { optimizer }: TraceableTraining): void {
  if (optimizer.config.useEma) {
    throw new ConfigError(
      `${caller}: ${optimizer.type} with useEma puts averages in place of the weights when a training ends, which a file of steps does not. Compile the model with useEma: false.`,
    );
  }
  if (model.compilation!.given.precision === 'float32') return;
  throw new ConfigError(
    `${caller}: the model was compiled with precision '${model.compilation!.given.precision}', and files hold steps in float32. Compile it with precision: 'float32'.`,
  );
}

function targetPlaces({ outputPlaces }: AnyModel, { targets }: TraceableTraining): readonly StoredTarget[] {
  return targets.flatMap((target, i) =>
    target ? [{ name: placeName('target', i, targets.length, outputPlaces), ...target }] : [],
  );
}

function stepOf(
  phase: Phase,
  model: AnyModel,
  training: TraceableTraining,
  table: StateTable,
  { caller, batches, capabilities }: Request,
): StoredStep {
  const inputs = inputSpecs(caller, model);
  const targets = training.targets.filter((target) => target !== null);
  const specs: readonly Spec[] = [...inputs, ...targets.map(({ dtype, shape }) => ({ dtype, shape: [1, ...shape] }))];
  const body = (batch: readonly Tensor[]): readonly Tensor[] => {
    let at = inputs.length;
    const y = training.targets.map((target) => (target ? batch[at++]! : null));
    training.step(phase, batch.slice(0, inputs.length), y);
    return [];
  };
  const traced = batches.map((batch) => {
    training.build(batch);
    return traceStep(body, sized(specs, batch), { name: caller, capabilities });
  });
  return storedStep(phase, traced, table, { caller, batches, capabilities });
}

function reportOf(phase: Phase, training: TraceableTraining, table: StateTable, request: Request): StoredReport {
  let names: readonly string[] = [];
  const traced = traceStep(
    () => {
      // Metrics with more than one number are no logs.
      const values = Object.entries(training.results(phase)).filter(([, { size }]) => size === 1);
      names = values.map(([name]) => name);
      return values.map(([, value]) => value);
    },
    [],
    { name: request.caller, capabilities: request.capabilities },
  );
  return { ...storedStep(`${phase}/report`, [traced], table, { ...request, batches: [1] }), names };
}

function storedStep(
  place: string,
  traced: readonly TracedStep[],
  table: StateTable,
  { caller, batches }: Request,
): StoredStep {
  const [first] = traced as [TracedStep];
  const graphs = traced.map(({ graph }) => graph);
  const { stored, constants } = generalGraph(caller, `training/${place}/constant`, batches, graphs);
  for (const [i, name] of stored.constants.entries()) table.constant(name, constants[i]!);
  const changed = first.inputs.flatMap((input) => (input.kind === 'variable' && input.output !== null ? [input] : []));
  return {
    ...stored,
    feeds: first.inputs.map((input) => table.numberOf(input)),
    updates: [...changed].sort((a, b) => a.output! - b.output!).map((input) => table.numberOf(input)),
  };
}
