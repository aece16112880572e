import { listOf } from '@nablajs/layers';
import type { Optimizer } from '@nablajs/optimizers';
import { ConfigError, type Spec, type Tensor, type Variable } from '@nablajs/tensor';
import { optimizerEntries, ownOptimizerEntries, weightEntries } from '../files/entries.ts';
import type { AnyModel } from '../model.ts';
import type { Compilation, TrainingSetup } from './compilation.ts';
import { objectivesOf } from './objective.ts';
import { isOnHost } from './read.ts';
import { type Phase, Steps } from './steps.ts';
import { targetsOf } from './targets.ts';
import type { TargetSpec, TraceableTraining } from './traceable.ts';

/** Steps of a model beside those that it may be training with. */
export class TracedTraining implements TraceableTraining {
  readonly optimizer: Optimizer;
  readonly targets: readonly (TargetSpec | null)[];
  readonly #model: AnyModel;
  readonly #steps: Steps;

  constructor(caller: string, model: AnyModel, setup: TrainingSetup, targets: Readonly<Record<string, TargetSpec>>) {
    const { names } = model.outputPlaces;
    this.optimizer = setup.optimizer;
    this.#model = model;
    this.#steps = new Steps(
      model,
      setup,
      objectivesOf(setup, (model.compilation as Compilation).given, model.outputPlaces),
    );
    const onHost = this.#steps.objectives.flatMap(({ metrics }) => metrics).find(({ metric }) => isOnHost(metric));
    if (onHost) {
      throw new ConfigError(
        `${caller}: metric '${onHost.key}' (${onHost.metric.type}) needs all predictions on the host, which is no part of a graph. ` +
          'Compile the model with other metrics, and compute this one from what predict gives.',
      );
    }
    const stray = Object.keys(targets).find((name) => !names.includes(name));
    if (stray !== undefined) {
      throw new ConfigError(
        `${caller}: targets '${stray}' belong to no output. The model has '${names.join("', '")}'.`,
      );
    }
    const predictions = this.#predictions(1);
    this.targets = this.#steps.objectives.map(
      (objective, i) => targets[names[i]!] ?? targetsOf(caller, objective, names[i]!, predictions[i]!),
    );
  }

  get variables(): ReadonlyMap<Variable, string> {
    const model = this.#model;
    const entries = [...weightEntries(model), ...optimizerEntries(model), ...ownOptimizerEntries(model)];
    const counted = [...this.#steps.sums].map(([name, variable]) => [variable, `training/${name}`] as const);
    return new Map([...entries.map(([name, variable]) => [variable, name] as const), ...counted]);
  }

  get sums(): ReadonlySet<Variable> {
    return new Set(this.#steps.sums.values());
  }

  build(batch: number): void {
    const truths = this.targets.map((target) => target && { dtype: target.dtype, shape: [batch, ...target.shape] });
    this.#steps.build(truths, this.#predictions(batch));
  }

  step(phase: Phase, x: readonly Tensor[], y: readonly (Tensor | null)[]): void {
    const compilation = this.#model.compilation as Compilation;
    const { steps } = compilation;
    // A step of the model's own asks the model for what it is made of.
    compilation.steps = this.#steps;
    try {
      this.#steps.run(phase, { x, y, sampleWeight: y.map(() => null) });
    } finally {
      compilation.steps = steps;
    }
  }

  results(phase: Phase): Readonly<Record<string, Tensor>> {
    return this.#steps.report(phase);
  }

  #predictions(batch: number): readonly Spec[] {
    const inputs = listOf<Spec>(this.#model.inputSpec!).map(({ dtype, shape }) => ({
      dtype,
      shape: [batch, ...shape.slice(1)],
    }));
    return listOf<Spec>(this.#model.outputSpec(this.#model.inputPlaces.form === 'one' ? inputs[0]! : inputs));
  }
}
