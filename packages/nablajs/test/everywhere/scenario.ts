// One small training, written once, run on every backend in Node and in pages.
import { cpu } from '@nablajs/backend-cpu';
import { reference } from '@nablajs/backend-reference';
import { tfjs } from '@nablajs/backend-tfjs';
import {
  Adam,
  type Backend,
  Conv2D,
  Dense,
  Dropout,
  exportTrainer,
  Flatten,
  fromData,
  Input,
  loadTrainer,
  MaxPooling2D,
  modelFromBytes,
  randomWords,
  Sequential,
  setBackend,
  setSeed,
  type Tensor,
} from 'nablajs';

/** The backends there are everywhere. */
export type BackendName = 'reference' | 'cpu' | 'tfjs-cpu' | 'tfjs-webgl';

const MAKERS: Readonly<Record<BackendName, () => Backend | Promise<Backend>>> = {
  reference: () => reference(),
  cpu: () => cpu(),
  'tfjs-cpu': () => tfjs({ engine: 'cpu' }),
  'tfjs-webgl': () => tfjs({ engine: 'webgl' }),
};

/** Starts a backend. */
export async function start(name: BackendName): Promise<Backend> {
  return MAKERS[name]();
}

const SAMPLES = 160;
const SIDE = 10;
const CLASSES = 4;
export const EPOCHS = 10;

/** Noise with a bright quarter, and which quarter it is. */
function quarters(): { images: Tensor; labels: Tensor } {
  const words = randomWords([7, 0], 0, SAMPLES * SIDE * SIDE);
  const images = Float32Array.from(words, (word) => word / 2 ** 32);
  const labels = Int32Array.from({ length: SAMPLES }, (_, i) => i % CLASSES);
  const half = SIDE / 2;
  for (let i = 0; i < images.length; i++) {
    const [row, column] = [Math.floor(i / SIDE) % SIDE, i % SIDE];
    const quarter = (row < half ? 0 : 2) + (column < half ? 0 : 1);
    if (quarter === labels[Math.floor(i / (SIDE * SIDE))]) images[i]! += 0.4;
  }
  return { images: fromData(images, [SAMPLES, SIDE, SIDE, 1]), labels: fromData(labels, [SAMPLES]) };
}

/** What a training leaves behind, as plain data that crosses from Node to a page and back. */
export interface Outcome {
  /** The mean loss of each epoch of ten steps. */
  readonly losses: number[];
  /** The model file. */
  readonly bytes: number[];
  /** Probabilities for the first 16 images. */
  readonly predictions: number[];
}

/** A small network with dropout and Adam, from one seed. */
function network(): Sequential {
  setSeed(42);
  const model = new Sequential([
    Input({ shape: [SIDE, SIDE, 1] }),
    new Conv2D(6, 3, { activation: 'relu', padding: 'same' }),
    new MaxPooling2D(2),
    new Conv2D(8, 3, { activation: 'relu' }),
    new Flatten(),
    new Dropout(0.2),
    new Dense(CLASSES, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(0.01), loss: 'sparseCategoricalCrossentropy' });
  return model;
}

/** 100 steps on the network. The backend is disposed of. */
export async function trainOn(backend: Backend): Promise<Outcome> {
  setBackend(backend);
  const { images, labels } = quarters();
  const model = network();
  const history = await model.fit(images, labels, { batchSize: 16, epochs: EPOCHS, verbose: 0 });
  const bytes = await model.toBytes();
  const predictions = await predictionsOf(model);
  await backend.dispose();
  return { losses: [...history.history['loss']!], bytes: [...bytes], predictions };
}

/** The network's training as a file for a backend. */
export async function trainerFor(backend: Backend): Promise<number[]> {
  setBackend(backend);
  const bytes = await exportTrainer(network());
  await backend.dispose();
  return [...bytes];
}

/** {@link trainOn}, but from a file, without the network. The bytes are those of the trainer afterwards. */
export async function trainFileOn(backend: Backend, file: readonly number[]): Promise<Outcome> {
  const { images, labels } = quarters();
  const [x, y] = [await images.data(), await labels.data()];
  const trainer = await loadTrainer(Uint8Array.from(file), { backend });
  const { history } = await trainer.fit(x, y, { batchSize: 16, epochs: EPOCHS });
  const { data } = await trainer.predict(x.subarray(0, 16 * SIDE * SIDE));
  const bytes = await trainer.save();
  trainer.dispose();
  await backend.dispose();
  return { losses: [...history['loss']!], bytes: [...bytes], predictions: [...data] };
}

/** The probabilities that the network gives with the weights of a trainer. */
export async function predictWith(backend: Backend, trainer: readonly number[]): Promise<number[]> {
  setBackend(backend);
  const model = network();
  await model.loadWeights(Uint8Array.from(trainer));
  const predictions = await predictionsOf(model);
  await backend.dispose();
  return predictions;
}

/** The probabilities a stored model gives on a backend. */
export async function predictOn(backend: Backend, bytes: readonly number[]): Promise<number[]> {
  setBackend(backend);
  const predictions = await predictionsOf(modelFromBytes(Uint8Array.from(bytes)));
  await backend.dispose();
  return predictions;
}

async function predictionsOf(model: Sequential): Promise<number[]> {
  const { images } = quarters();
  const first = images.slice([0, 0, 0, 0], [16, SIDE, SIDE, 1]);
  return [...(await (await model.predict(first)).data())];
}
