// A running training as a file: weights, optimizers, sums of the epoch, states of callbacks, and where it stands.
import { listOf } from '@nablajs/layers';
import { FormatError, fromData, type Spec } from '@nablajs/tensor';
import type { Callback } from '../callbacks/callback.ts';
import type { AnyModel } from '../model.ts';
import type { TrainingPosition, TrainingSession } from '../training/session.ts';
import { checksumOf } from './checksum.ts';
import { buildOwnOptimizers, optimizerEntries, ownOptimizerEntries, statefulLayers, weightEntries } from './entries.ts';
import { hostBatchesIn, hostTensors } from './host-batches.ts';
import { isPlainObject, parseJson } from './json.ts';
import { storedTensors } from './model-file.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';
import { assignTensors, checkTensors } from './values.ts';

interface TrainingRecord {
  readonly version: 1;
  readonly position: TrainingPosition;
  readonly input: readonly Spec[];
  /** States of the callbacks that have one, by their class and which of that class they are: `EarlyStopping.0`. */
  readonly callbacks: Readonly<Record<string, unknown>>;
}

const KEY = 'nabla-training';

/** The bytes of a file for the training as it stands. */
export async function trainingBytes(model: AnyModel, session: TrainingSession): Promise<Uint8Array> {
  const tensors = await storedTensors([
    ...weightEntries(model),
    ...optimizerEntries(model),
    ...ownOptimizerEntries(model),
    ...[...session.sums].map(([name, variable]) => [`sums/${name}`, variable] as const),
    ...[...statefulLayers(model)].flatMap(([place, { states }]) =>
      states.map((state, i) => [`states/${place}${i}`, state] as const),
    ),
  ]);
  for (const [name, tensor] of hostTensors(session.hostBatches)) tensors.set(name, tensor);
  const callbacks: Record<string, unknown> = {};
  for (const [name, callback] of named(session.callbacks)) {
    const state = callback.state?.();
    if (state) callbacks[name] = state.json;
    for (const [key, tensor] of state?.tensors ?? []) tensors.set(`callbacks/${name}/${key}`, tensor);
  }
  const record: TrainingRecord = {
    version: 1,
    position: session.position,
    input: listOf<Spec>(model.inputSpec!),
    callbacks,
  };
  const json = JSON.stringify(record);
  return writeSafetensors({ tensors, metadata: { [KEY]: json, checksum: checksumOf(json, tensors) } });
}

/** Puts a training where a file says it was. Throws FormatError before anything is changed when the file does not fit. */
export function restoreTraining(
  model: AnyModel,
  session: TrainingSession,
  bytes: Uint8Array,
  file: string,
): TrainingPosition {
  const { tensors, metadata } = readSafetensors(bytes, file);
  const json = metadata[KEY];
  if (json === undefined) throw new FormatError(`${file} holds no training.`);
  if (metadata['checksum'] !== checksumOf(json, tensors)) {
    throw new FormatError(`${file} is damaged: its checksum does not match its contents.`);
  }
  const record = readRecord(json, file);
  if (!model.built) model.build(record.input.length === 1 ? record.input[0]! : record.input);
  model.optimizer.build(model.trainableWeights);
  const [state, rest] = divided(tensors);
  buildOwnOptimizers(model, [...state.keys()]);
  const entries = [...weightEntries(model), ...optimizerEntries(model), ...ownOptimizerEntries(model)];
  checkTensors(entries, state, file);
  assignTensors(entries, state);
  for (const [place, layer] of statefulLayers(model)) {
    const kept = [...tensorsIn(`states/${place}`, rest).values()];
    if (kept.length > 0) layer.resetStates(kept);
  }
  const states = named(session.callbacks).map(([name]) =>
    name in record.callbacks ? { json: record.callbacks[name], tensors: under(`callbacks/${name}/`, rest) } : null,
  );
  session.resume(record.position, { sums: tensorsIn('sums/', rest), hostBatches: hostBatchesIn(rest) }, states);
  return record.position;
}

function readRecord(json: string, file: string): TrainingRecord {
  const fail = (what: string): never => {
    throw new FormatError(`${file} is not a valid backup: ${what}`);
  };
  const record = parseJson(new TextEncoder().encode(json), fail);
  if (!isPlainObject(record) || record['version'] !== 1) return fail('it has another version of the format.');
  return record as unknown as TrainingRecord;
}

/** Callbacks under names that are the same in the next run, also when others come and go. */
function named(callbacks: readonly Callback[]): readonly (readonly [name: string, callback: Callback])[] {
  const counts = new Map<string, number>();
  return callbacks.map((callback) => {
    const type = callback.constructor.name;
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    return [`${type}.${count}`, callback];
  });
}

type Tensors = ReadonlyMap<string, StoredTensor>;

/** What belongs to model and optimizers, and the rest. */
function divided(tensors: Tensors): readonly [state: Tensors, rest: Tensors] {
  const isRest = (name: string): boolean => /^(sums|callbacks|states|host)\//.test(name);
  const entries = [...tensors];
  return [new Map(entries.filter(([name]) => !isRest(name))), new Map(entries.filter(([name]) => isRest(name)))];
}

function under(prefix: string, tensors: Tensors): Tensors {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, each]) => [name.slice(prefix.length), each]));
}

function tensorsIn(prefix: string, tensors: Tensors): ReadonlyMap<string, ReturnType<typeof fromData>> {
  return new Map(
    [...under(prefix, tensors)].map(([name, { data, shape, dtype }]) => [name, fromData(data, shape, dtype)]),
  );
}
