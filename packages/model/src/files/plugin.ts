// Packages of additions, as values: what a plugin may bring, and the registries that follow from several.
import type { LayerClass, PieceClass } from '@nablajs/layers';
import type { LossClass } from '@nablajs/losses';
import type { MetricClass } from '@nablajs/metrics';
import type { OptimizerClass, ScheduleClass } from '@nablajs/optimizers';
import type { AnyOp, Backend } from '@nablajs/tensor';

/**
 * A package of additions. A plugin is a value: importing it changes nothing until it is passed on, to `loadModel`, to
 * `loadKeras`, to a worker, or to the command as `nabla train --plugin acme`.
 * @example
 * export const plugin: Plugin = { name: 'acme', layers: [GhostNorm], optimizers: [Signum], losses: [Pinball] };
 */
export interface Plugin {
  /** The npm package, and the part before the last slash in the types of its classes: `acme` for `acme/GhostNorm`. */
  readonly name: string;
  /** Layers. An augmentation is one. */
  readonly layers?: readonly LayerClass[];
  /** Activations, initializers, regularizers and constraints. */
  readonly pieces?: readonly PieceClass[];
  readonly optimizers?: readonly OptimizerClass[];
  readonly schedules?: readonly ScheduleClass[];
  readonly losses?: readonly LossClass[];
  readonly metrics?: readonly MetricClass[];
  /** For backends that compute an op by its definition: `reference({ ops: acme.ops })`. Composites run anywhere. */
  readonly ops?: readonly AnyOp[];
  /** What starts each backend, by the name it is asked for: `nabla train --backend acme`, or `serveModels({ backends })`. */
  readonly backends?: Readonly<Record<string, () => Backend | Promise<Backend>>>;
}

/** The classes of some plugins by type, kind by kind. */
export interface PluginClasses {
  readonly layers: Readonly<Record<string, PieceClass>>;
  readonly optimizers: Readonly<Record<string, OptimizerClass | ScheduleClass>>;
  readonly losses: Readonly<Record<string, LossClass>>;
  readonly metrics: Readonly<Record<string, MetricClass>>;
}

/** What readers of files look types up in, beside Nabla's own. */
export function classesOf(plugins: readonly Plugin[]): PluginClasses {
  const all = <T>(pick: (plugin: Plugin) => readonly T[] | undefined): readonly T[] =>
    plugins.flatMap((plugin) => pick(plugin) ?? []);
  return {
    layers: byType([...all(({ pieces }) => pieces), ...all(({ layers }) => layers)]),
    optimizers: byType<OptimizerClass | ScheduleClass>([
      ...all(({ optimizers }) => optimizers),
      ...all(({ schedules }) => schedules),
    ]),
    losses: byType(all(({ losses }) => losses)),
    metrics: byType(all(({ metrics }) => metrics)),
  };
}

function byType<T extends { readonly type: string }>(classes: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(classes.map((each) => [each.type, each]));
}
