// The compiled functions of a model: train on a batch, test on a batch, and what came of it. Each is one graph.
import { gradients } from '@nablajs/autograd';
import { type AnyLayer, collectPenalties, listOf, type Mode, maskOf, takePenalties } from '@nablajs/layers';
import type { HostMetric, Metric } from '@nablajs/metrics';
import {
  type Compiled,
  ConfigError,
  compile,
  formatSpec,
  fullPrecision,
  type Spec,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';
import { asValue, inForm, leavesOf } from '../topology/structure.ts';
import type { Compilation, TrainingSetup } from './compilation.ts';
import { checkFit } from './fitting.ts';
import { headsOf, isStateful, outputsFor } from './heads.ts';
import { Means } from './means.ts';
import { type Objective, objectivesOf } from './objective.ts';
import { type HostBatch, isOnHost, replayHostMetrics } from './read.ts';
import { type ClassWeight, masked, withClassWeight } from './weights.ts';

/** One batch as the steps take it: a tensor per input, and per output a truth and weights, where there are some. */
export interface StepBatch {
  readonly x: readonly Tensor[];
  readonly y: readonly (Tensor | null)[];
  readonly sampleWeight: readonly (Tensor | null)[];
}

/**
 * One batch as `model.trainStep` is given it: inputs as the model takes them; truths and weights in the form of its outputs.
 */
export interface TrainBatch<X = unknown, Y = unknown> {
  readonly x: X;
  /** `undefined` for data without targets. */
  readonly y: Y;
  readonly sampleWeight: unknown;
}

/** Whether a step trains or evaluates. */
export type Phase = 'train' | 'test';

/** What metrics on the host need of a batch: predictions per output, and weights per such metric. */
interface ForHost {
  readonly predictions?: readonly Tensor[];
  readonly weights?: readonly (Tensor | null)[];
}

/** The compiled steps of one `model.compile`. */
export class Steps {
  readonly objectives: readonly Objective[];
  readonly means: Means = new Means();
  readonly train: Compiled<[StepBatch, readonly (ClassWeight | null)[]], ForHost>;
  readonly test: Compiled<[StepBatch], ForHost>;
  /** Everything that was counted in a phase, by key. */
  readonly results: Compiled<[Phase], Readonly<Record<string, Tensor>>>;
  /** An epoch is running. */
  isTraining = false;
  #hostBatches: HostBatch[] = [];
  readonly #model: AnyModel;
  readonly #setup: TrainingSetup;
  readonly #keys: Readonly<Record<Phase, Set<string>>> = { train: new Set(), test: new Set() };
  #specs = '';
  // While a step is being traced.
  #phase: Phase = 'train';
  #forHost: { readonly predictions: readonly Tensor[]; readonly weights: (Tensor | null)[] } | null = null;

  constructor(model: AnyModel, setup: TrainingSetup, objectives: readonly Objective[]) {
    this.#model = model;
    this.#setup = setup;
    this.objectives = objectives;
    const guard = (): readonly boolean[] => model.weights.map(({ trainable }) => trainable);
    this.train = compile(
      ({ x, y, sampleWeight }, classWeights) =>
        this.run('train', {
          x,
          y,
          sampleWeight: sampleWeight.map((weight, i) => withClassWeight(weight, y[i]!, classWeights[i]!)),
        }),
      { name: 'train step', guard, precision: setup.precision },
    );
    this.test = compile((batch) => this.run('test', batch), { name: 'test step', guard });
    this.results = compile((phase) => this.report(phase), {
      name: 'results',
      guard: () => [[...this.#keys.train].join(), [...this.#keys.test].join()],
    });
  }

  /** All metrics that compute where the model is, and those that work on the host. */
  get metrics(): readonly (Metric | HostMetric)[] {
    return this.objectives.flatMap(({ metrics }) => metrics.map(({ metric }) => metric));
  }

  /** What was counted in the running epoch so far, by name. */
  get sums(): ReadonlyMap<string, Variable> {
    const counted = this.objectives.flatMap(({ metrics }) =>
      metrics.flatMap(({ key, metric }) =>
        isOnHost(metric)
          ? []
          : metric.variables.map((variable, i): [string, Variable] => [`metric/${key}/${i}`, variable]),
      ),
    );
    return new Map([...this.means.variables, ...counted]);
  }

  /** Goes on with sums of an earlier run. */
  restoreSums(values: ReadonlyMap<string, Tensor>): void {
    this.means.ensure([...values.keys()]);
    for (const [name, variable] of this.sums) {
      const value = values.get(name);
      if (value) variable.assign(value);
    }
  }

  /** Makes the state of metrics and optimizer for data of these specs. */
  build(truths: readonly (Spec | null)[], predictions: readonly Spec[]): void {
    const specs = [...truths, ...predictions].map((spec) => (spec ? formatSpec(spec) : '-')).join(' ');
    if (specs !== this.#specs) {
      checkFit(this.#model, this.objectives, truths, predictions);
      for (const [i, { metrics }] of this.objectives.entries()) {
        const truth = truths[i];
        if (truth) for (const { metric } of metrics) metric.build(truth, predictions[i]!);
      }
    }
    this.#specs = specs;
    this.#setup.optimizer.build(this.#model.trainableWeights);
  }

  /** Begins a new pass over data. */
  reset(): void {
    this.means.reset();
    for (const metric of this.metrics) metric.reset();
    this.#hostBatches = [];
  }

  /** Metrics on the host were given a batch. */
  fed(batch: HostBatch): void {
    // What they keep anyway, beside a pass that may interrupt them.
    if (this.isTraining) this.#hostBatches.push(batch);
  }

  /** Begins a new pass over data, in the middle of a training perhaps. Returns what ends it: counting goes on where it was. */
  interrupt(): () => void {
    if (!this.isTraining) {
      this.reset();
      return () => undefined;
    }
    const sums = new Map([...this.sums].map(([name, { value }]) => [name, value]));
    const hostBatches = this.#hostBatches;
    this.isTraining = false;
    this.reset();
    return () => {
      this.reset();
      this.restoreSums(sums);
      for (const batch of hostBatches) replayHostMetrics(this.objectives, batch);
      this.#hostBatches = hostBatches;
      this.isTraining = true;
    };
  }

  dispose(): void {
    for (const step of [this.train, this.test, this.results]) step.dispose();
  }

  // ── what the default steps of a model are made of ─────────────────────────

  /** Forward, backward, update. */
  trainOn(batch: TrainBatch): void {
    const loss = this.#forward(batch, { training: true });
    const { optimizer } = this.#setup;
    const weights = this.#model.trainableWeights;
    if (weights.length === 0) {
      throw new ConfigError(
        `fit: model '${this.#model.name}' has nothing to train: ${this.#model.weights.length === 0 ? 'its layers have no weights' : 'all of its weights are frozen'}. ` +
          'Set trainable = true for some of its layers.',
      );
    }
    const slopes = gradients(optimizer.scaleLoss(loss), weights);
    fullPrecision(() => optimizer.apply(weights, slopes));
  }

  testOn(batch: TrainBatch): void {
    this.#forward(batch, { training: false });
  }

  /** The total loss of predictions: weighted losses of the outputs, and what layers add. Counts it, and all metrics. */
  score(batch: TrainBatch, prediction: unknown): Tensor {
    return fullPrecision(() => this.#score(batch, prediction));
  }

  #score({ x, y, sampleWeight }: TrainBatch, prediction: unknown): Tensor {
    const predictions = leavesOf(prediction as Tensor | readonly Tensor[]);
    const truths = y === undefined ? [] : leavesOf(y as Tensor | null | readonly (Tensor | null)[]);
    const weights = sampleWeight === undefined ? [] : leavesOf(sampleWeight as Tensor | readonly (Tensor | null)[]);
    const samples = leavesOf(x as Tensor | readonly Tensor[])[0]!.shape[0]!;
    const terms: Tensor[] = [];
    const hostWeights: (Tensor | null)[] = [];
    for (const [i, objective] of this.objectives.entries()) {
      const [truth, weight, predicted] = [truths[i] ?? null, weights[i] ?? null, predictions[i]!];
      const mask = maskOf(predicted);
      if (objective.loss) terms.push(this.#lossOf(objective, truth, predicted, weight, mask, samples));
      for (const { key, metric, isWeighted } of truth ? objective.metrics : []) {
        this.#keys[this.#phase].add(key);
        const counted = masked(isWeighted ? weight : null, mask);
        if (isOnHost(metric)) hostWeights.push(counted);
        else metric.update(truth!, predicted, counted ?? undefined);
      }
    }
    terms.push(...this.#model.penalties(), ...takePenalties());
    if (terms.length === 0) {
      throw new ConfigError(
        `fit: model '${this.#model.name}' has nothing to minimize: it was compiled without a loss, and no layer adds a term to it. ` +
          "Call model.compile({ loss: 'mse' }), or another loss.",
      );
    }
    const total = terms.reduce((sum, term) => sum.add(term));
    this.count('loss', total, samples);
    this.#forHost = { predictions, weights: hostWeights };
    return total;
  }

  /** Counts a batch's value of something that is reported as its mean. */
  count(key: string, value: Tensor, samples: number): void {
    this.#keys[this.#phase].add(key);
    this.means.update(key, value, samples);
  }

  #forward(batch: TrainBatch, mode: Mode): Tensor {
    const x = leavesOf(batch.x as Tensor | readonly Tensor[]);
    return this.score(batch, this.#model.apply(asValue(x, this.#model.inputPlaces.form), mode));
  }

  #lossOf(
    { name, loss, weight: factor, lossKey }: Objective,
    truth: Tensor | null,
    prediction: Tensor,
    weight: Tensor | null,
    mask: Tensor | null,
    samples: number,
  ): Tensor {
    if (!truth) {
      throw new ConfigError(
        `${this.#caller}: targets${name === null ? '' : ` of output '${name}'`} are missing, but the model was compiled with ${loss!.type}. Call ${this.#caller}(x, y), or pass a Dataset of { x, y }.`,
      );
    }
    const value = loss!.apply(truth, prediction, weight ?? undefined, mask ?? undefined);
    if (value.rank > 0) {
      throw new ConfigError(
        `fit: ${loss!.type} with reduction 'none' gives one loss per sample, but training needs one number. Use 'mean' or 'sum'.`,
      );
    }
    if (lossKey) this.count(lossKey, value, samples);
    return factor === 1 ? value : value.mul(factor);
  }

  get #caller(): string {
    return this.#phase === 'train' ? 'fit' : 'evaluate';
  }

  /** What a compiled step does with a batch, for other traces. */
  run(phase: Phase, batch: StepBatch): ForHost {
    this.#phase = phase;
    this.#forHost = null;
    const { value: logs } = collectPenalties(() => {
      const given = this.#structured(batch);
      return phase === 'train' ? this.#model.trainStep(given) : this.#model.testStep(given);
    });
    for (const [key, value] of Object.entries(logs ?? {})) this.count(key, value, batch.x[0]!.shape[0]!);
    const needsHost = this.metrics.some((metric) => isOnHost(metric));
    return needsHost && this.#forHost ? this.#forHost : {};
  }

  #structured({ x, y, sampleWeight }: StepBatch): TrainBatch {
    const { inputPlaces, outputPlaces } = this.#model;
    const some = (values: readonly (Tensor | null)[]): unknown =>
      values.every((value) => value === null) ? undefined : inForm(values, outputPlaces.form);
    return { x: inForm(x, inputPlaces.form), y: some(y), sampleWeight: some(sampleWeight) };
  }

  /** What `results` computes, for other traces: of what steps that were traced have counted. */
  report(phase: Phase): Readonly<Record<string, Tensor>> {
    const metrics = new Map(this.objectives.flatMap((each) => each.metrics.map(({ key, metric }) => [key, metric])));
    // The total first, then the losses of outputs, then metrics.
    const keys = [...this.#keys[phase]].sort((a, b) => Number(metrics.has(a)) - Number(metrics.has(b)));
    const ordered = keys.includes('loss') ? ['loss', ...keys.filter((key) => key !== 'loss')] : keys;
    const values = ordered.flatMap((key): [string, Tensor][] => {
      const metric = metrics.get(key);
      if (metric && isOnHost(metric)) return [];
      return [[key, metric ? metric.result() : this.means.result(key)]];
    });
    return Object.fromEntries(values);
  }
}

/** The compiled steps of a compiled and built model, for data like a batch. */
export async function stepsFor(model: AnyModel, batch: StepBatch): Promise<Steps> {
  const compilation = model.compilation as Compilation;
  const setup = await compilation.load();
  const isFirst = compilation.steps === null;
  compilation.steps ??= new Steps(model, setup, objectivesOf(setup, compilation.given, model.outputPlaces));
  const { steps } = compilation;
  const heads = isFirst ? headsOf(model, steps.objectives) : [];
  const logits = heads.length > 0 ? await import('./logits.ts') : null;
  logits?.warnOfActivations(model.name, heads);
  const input = batch.x.map(({ spec }) => spec);
  const predictions = listOf<Spec>(model.outputSpec(model.inputPlaces.form === 'one' ? input[0]! : input));
  steps.build(
    batch.y.map((truth) => truth?.spec ?? null),
    predictions,
  );
  await logits?.lookAtOutputs(
    model.name,
    heads,
    () => isStateful(model as unknown as AnyLayer),
    () => outputsFor(model, batch.x),
  );
  return steps;
}
