// What a trainer's file holds beside a predictor: optimizer state, and the graphs of its steps.
import { checksumOf, type StoredTensor } from '@nablajs/model';
import { DTYPES, FormatError, formatSpec, type Graph, type RandomState, type Spec, specOf } from '@nablajs/tensor';
import {
  type Contents,
  checkVersion,
  damaged,
  isPlaces,
  jsonOf,
  type Loaded,
  loadedFrom,
  predictorFile,
  readContents,
  type StoredPlace,
  specAt,
  tensorsNamed,
  VERSION,
} from '../format.ts';
import { graphOf, isCounts, isGraph, isNames, type StoredGraph } from '../graph.ts';

/** The metadata entry with the steps. */
const TRAINER_KEY = 'nabla.trainer';

/** The metadata entry with their checksum. */
const TRAINER_CHECKSUM = 'checksum.trainer';

/**
 * What a state is: a weight; something that optimizer or layers remember; the learning rate; a sum that begins with zeros
 * whenever counting begins; a constant; or the random key of a step.
 */
export type StateRole = 'weight' | 'memory' | 'learningRate' | 'sum' | 'constant' | 'key';

/** Something that steps read, and may change. All but sums and the key are tensors of the file. */
export interface StoredState extends Spec {
  readonly name: string;
  readonly role: StateRole;
}

/** A graph whose inputs are a batch, where it takes one, and states; its results end with the states' new values. */
export interface StoredStep extends StoredGraph {
  /** The states that it is given, by number. */
  readonly feeds: readonly number[];
  /** The states that it gives anew. */
  readonly updates: readonly number[];
}

/** A step that computes loss and metrics of what was counted. */
export interface StoredReport extends StoredStep {
  /** What its results are called. */
  readonly names: readonly string[];
}

/** Targets of an output. */
export interface StoredTarget extends StoredPlace {
  /** How many classes there are, where targets are their numbers. */
  readonly classes?: number;
}

/** The JSON of the training. */
export interface StoredTrainer {
  readonly version: number;
  readonly targets: readonly StoredTarget[];
  readonly states: readonly StoredState[];
  /** Where the next random key comes from. */
  readonly random: RandomState;
  readonly train: StoredStep;
  readonly test: StoredStep;
  readonly trainReport: StoredReport;
  readonly testReport: StoredReport;
}

/** A file that was read. */
export interface LoadedTrainer {
  readonly predictor: Loaded;
  /** The predictor's JSON, as it is written again. */
  readonly text: string;
  readonly stored: StoredTrainer;
  /** By name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** @throws FormatError for damaged files and files of other kinds */
export function readTrainer(bytes: Uint8Array, file: string): LoadedTrainer {
  const contents: Contents = readContents(bytes, file);
  const { tensors, metadata, text } = contents;
  const json = metadata[TRAINER_KEY];
  if (json === undefined) {
    throw new FormatError(
      `${file} holds a predictor but no training. Write one with exportTrainer(model), or read this file with loadPredictor(bytes).`,
    );
  }
  if (metadata[TRAINER_CHECKSUM] !== checksumOf(json, new Map())) throw damaged(file);
  const stored = parseTrainer(jsonOf(json, file), file);
  for (const { name, role, ...spec } of stored.states) {
    if (!isKept(role)) continue;
    const [tensor] = tensorsNamed([name], tensors, file);
    if (formatSpec(tensor!) === formatSpec(spec)) continue;
    throw new FormatError(`${file}: '${name}' is ${formatSpec(tensor!)}, its graphs take ${formatSpec(spec)}.`);
  }
  return { predictor: loadedFrom(contents, file, 'exportTrainer'), text, stored, tensors };
}

/** The size of batches that a step takes none of. */
export const NO_BATCH = 0;

/** The graph of a step for batches of one size. @throws FormatError */
export function stepAt(step: StoredStep, { predictor, stored, tensors }: LoadedTrainer, size: number): Graph {
  const { file } = predictor;
  const given = size === NO_BATCH ? [] : [...predictor.stored.inputs, ...stored.targets];
  const places = given.map((each) => specAt(each, size));
  const specs = step.feeds.map((state) => plain(stored.states[state]!));
  const inputs = [...places, ...specs];
  const constants = tensorsNamed(step.constants, tensors, file);
  const graph = graphOf({ stored: step, inputs, constants, size, file });
  const values = inputs.length + constants.length + graph.code.length;
  const updates = step.results.slice(step.results.length - step.updates.length);
  const isSound =
    step.results.every((value) => value < values) &&
    updates.every((value, i) => formatSpec(specOf(graph, value)) === formatSpec(stored.states[step.updates[i]!]!));
  if (!isSound) throw new FormatError(`${file}: a graph of its training does not compute what it should.`);
  const donated = step.feeds.flatMap((state, i) => (step.updates.includes(state) ? [places.length + i] : []));
  return { ...graph, donated };
}

/** Whether states of a role are tensors of the file. */
export function isKept(role: StateRole): boolean {
  return role !== 'sum' && role !== 'key';
}

function plain({ dtype, shape }: Spec): Spec {
  return { dtype, shape };
}

/** A trainer's file, which is that of a predictor, whose JSON comes as text, with the training beside it. */
export function trainerFile(
  text: string,
  trainer: StoredTrainer,
  tensors: ReadonlyMap<string, StoredTensor>,
): Uint8Array {
  const json = JSON.stringify(trainer);
  return predictorFile(text, tensors, { [TRAINER_KEY]: json, [TRAINER_CHECKSUM]: checksumOf(json, new Map()) });
}

const ROLES: readonly StateRole[] = ['weight', 'memory', 'learningRate', 'sum', 'constant', 'key'];

function parseTrainer(json: unknown, file: string): StoredTrainer {
  const { version, targets, states, random, train, test, trainReport, testReport } = Object(
    json,
  ) as Partial<StoredTrainer>;
  checkVersion(version, file);
  const isStep = (step: StoredStep | undefined): boolean =>
    isGraph(step) &&
    isCounts(step!.feeds) &&
    isCounts(step!.updates) &&
    step!.feeds.every((state) => state < states!.length) &&
    step!.updates.every((state) => step!.feeds.includes(state)) &&
    step!.updates.length <= step!.results.length;
  const isReport = (step: StoredReport | undefined): boolean =>
    isStep(step) && isNames(step!.names) && step!.names.length === step!.results.length;
  const isSound =
    version === VERSION &&
    isPlaces(targets) &&
    isPlaces(states) &&
    states.every(({ role, dtype }) => ROLES.includes(role) && DTYPES.includes(dtype)) &&
    Number.isSafeInteger(random?.seed) &&
    Number.isSafeInteger(random?.counter) &&
    isStep(train) &&
    isStep(test) &&
    isReport(trainReport) &&
    isReport(testReport);
  if (!isSound) throw new FormatError(`${file}: the description of its training is damaged.`);
  return json as StoredTrainer;
}
