// The optimizer that was asked for on the command line.
import { builtinOptimizers, type Optimizer, type OptimizerRegistry, optimizerFrom, type Plugin } from 'nablajs';
import type { Options } from '../arguments/options.ts';

/** Those that wrap others cannot be chosen by a name alone. */
const OPTIMIZERS = Object.keys(builtinOptimizers)
  .filter((name) => !name.endsWith('Optimizer'))
  .map((name) => name.toLowerCase());
const DEFAULT_OPTIMIZER = 'adam';

/** An optimizer, and whether `--optimizer` or `--learning-rate` asked for it. */
export interface OptimizerChoice {
  readonly optimizer: Optimizer;
  readonly isChosen: boolean;
}

/** @throws UsageError for a name that nobody knows */
export function optimizerFor(options: Options, plugins: readonly Plugin[]): OptimizerChoice {
  const added: OptimizerRegistry = Object.fromEntries(
    plugins.flatMap(({ optimizers = [] }) => optimizers.map((Class) => [Class.type, Class])),
  );
  const type = optimizerType(options, Object.keys(added));
  const learningRate = options.positive('learning-rate');
  const config = learningRate === undefined ? {} : { learningRate };
  return {
    optimizer: optimizerFrom({ type: type ?? DEFAULT_OPTIMIZER, config }, added),
    isChosen: type !== undefined || learningRate !== undefined,
  };
}

function optimizerType(options: Options, added: readonly string[]): string | undefined {
  const typed = options.text('optimizer') ?? '';
  const owner = typed.slice(0, Math.max(0, typed.lastIndexOf('/')));
  if (owner !== '' && !added.some((type) => type.startsWith(`${owner}/`))) {
    throw options.wrong('optimizer', `${typed} belongs to a plugin: add --plugin ${owner}.`);
  }
  return options.choice('optimizer', [...OPTIMIZERS, ...added]);
}
