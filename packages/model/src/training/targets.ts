// What targets a loss takes beside an output: data tell it in `fit`, but a file must know it before there are any.
import {
  ConfigError,
  formatSpec,
  type HostArray,
  hostArray,
  NablaError,
  type Spec,
  shapesOnly,
  sizeOf,
  zeros,
} from '@nablajs/tensor';
import type { Objective } from './objective.ts';
import type { TargetSpec } from './traceable.ts';

/** Samples to ask losses about. */
const SOME = 2;

/**
 * The targets of an output: one number for each of its numbers, or the number of a class for each of its rows; whichever
 * its loss takes. `null` for an output that has neither loss nor metrics.
 * @param prediction spec of a batch of outputs
 * @throws ConfigError where the loss takes neither
 */
export function targetsOf(
  caller: string,
  { loss, metrics }: Objective,
  name: string,
  prediction: Spec,
): TargetSpec | null {
  const shape = prediction.shape.slice(1);
  const like: TargetSpec = { dtype: prediction.dtype, shape };
  if (!loss) return metrics.length > 0 ? like : null;
  const predicted = batchOf({ ...prediction, shape });
  const takes = (target: TargetSpec, label: number): boolean =>
    succeeds(() => {
      const spec = batchOf(target);
      loss.checkLabels(filled(spec, label), spec, predicted);
      shapesOnly(() => loss.apply(zeros(spec.shape, spec.dtype), zeros(predicted.shape, predicted.dtype)));
    });
  const numbers: TargetSpec = { dtype: 'int32', shape: shape.slice(0, -1) };
  const classes = shape.at(-1) ?? 0;
  // A number between two classes is none.
  const isClass = takes(numbers, classes - 1) && !takes({ ...numbers, dtype: 'float32' }, 0.5);
  if (isClass) return takes(numbers, classes) || takes(numbers, -1) ? numbers : { ...numbers, classes };
  if ([0, 1, 0.5].some((label) => takes(like, label))) return like;
  throw new ConfigError(
    `${caller}: what targets ${loss.type} takes for output '${name}', ${formatSpec(predicted)} for ${SOME} samples, cannot be told from its shape. ` +
      `Say it: ${caller}(model, { targets: { '${name}': { dtype: 'float32', shape: [...] } } }), with the shape of one sample; or give the model another output.`,
  );
}

function batchOf({ dtype, shape }: Spec): Spec {
  return { dtype, shape: [SOME, ...shape] };
}

function filled({ dtype, shape }: Spec, value: number): HostArray {
  return hostArray(dtype, sizeOf(shape)).fill(value);
}

function succeeds(f: () => void): boolean {
  try {
    f();
    return true;
  } catch (error) {
    if (error instanceof NablaError) return false;
    throw error;
  }
}
