// The scenario with the backends that only Node has.
import { onnxruntime } from '@nablajs/backend-onnxruntime';
import { type BackendName, type Outcome, predictOn, predictWith, start, trainerFor, trainOn } from './scenario.ts';

/** The backends there are in Node. */
export type NodeBackendName = BackendName | 'onnxruntime';

function startInNode(name: NodeBackendName): ReturnType<typeof start> {
  return name === 'onnxruntime' ? onnxruntime({ threads: 1 }) : start(name);
}

/** {@link trainOn} a backend of Node. */
export async function train(name: NodeBackendName): Promise<Outcome> {
  return trainOn(await startInNode(name));
}

/** {@link predictOn} a backend of Node. */
export async function predict(name: NodeBackendName, bytes: readonly number[]): Promise<number[]> {
  return predictOn(await startInNode(name), bytes);
}

/** {@link trainerFor} a backend of Node. */
export async function writeTrainer(name: NodeBackendName): Promise<number[]> {
  return trainerFor(await startInNode(name));
}

/** {@link predictWith} the weights of a trainer, on a backend of Node. */
export async function adopt(name: NodeBackendName, bytes: readonly number[]): Promise<number[]> {
  return predictWith(await startInNode(name), bytes);
}
