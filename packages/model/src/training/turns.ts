// What losses and metrics count in, a model has once: passes over data take turns.
import { ConfigError } from '@nablajs/tensor';
import type { AnyModel } from '../model.ts';

const last = new WeakMap<AnyModel, Promise<unknown>>();
const training = new WeakSet<AnyModel>();

/** Runs `f` when everything that was to run alone with this model before is over. */
export function alone<T>(model: AnyModel, f: () => Promise<T>): Promise<T> {
  const result = (last.get(model) ?? Promise.resolve()).then(f);
  last.set(
    model,
    result.catch(() => undefined),
  );
  return result;
}

/**
 * Runs the training `f`, which is the only one of this model until it ends.
 * @throws ConfigError when there is one already
 */
export async function asOnlyTraining<T>(model: AnyModel, f: () => Promise<T>): Promise<T> {
  if (training.has(model)) {
    throw new ConfigError(
      `fit: model '${model.name}' is being trained already. Await the first fit, or give the other one a model of its own.`,
    );
  }
  training.add(model);
  try {
    return await f();
  } finally {
    training.delete(model);
  }
}
