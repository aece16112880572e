// Two larger networks on a backend of ours.
import {
  Activation,
  Adam,
  Add,
  type Backend,
  BatchNormalization,
  Conv1D,
  Conv2D,
  Dense,
  fromData,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  Input,
  Model,
  type Placeholder,
  Sequential,
  SGD,
  setBackend,
  type Tensor,
} from 'nablajs';
import type { Contender } from '../frame/race.ts';

/** Names of the networks; networks.py has the same. */
export type NetworkName = 'resnet' | 'audio' | 'cnn';

type Trainable = Pick<Sequential, 'compile' | 'fit' | 'steps'>;

interface Network {
  readonly model: () => Trainable;
  readonly input: readonly number[];
  readonly batch: number;
}

/** The networks, with the shape of a sample and the size of a batch. */
export const NETWORKS: Readonly<Record<Exclude<NetworkName, 'cnn'>, Network>> = {
  resnet: { model: resnet, input: [32, 32, 3], batch: 32 },
  audio: { model: audio, input: [8000, 1], batch: 32 },
};

/** What they are called in tables. */
export const NETWORK_TITLES: Readonly<Record<keyof typeof NETWORKS, string>> = {
  resnet: 'ResNet-18 on 32 x 32 images, batch 32, SGD with momentum',
  audio: 'Convolutions over 8,000 samples of sound, batch 32, Adam',
};

/** ResNet-18 for small images (He et al., 2016): no pool at the beginning, 11 million weights. */
function resnet(): Trainable {
  const unit = (x: Placeholder, filters: number, size: number, strides: number): Placeholder =>
    new BatchNormalization().apply(new Conv2D(filters, size, { strides, padding: 'same', useBias: false }).apply(x));
  const relu = (x: Placeholder): Placeholder => new Activation('relu').apply(x);
  const block = (x: Placeholder, filters: number, strides: number): Placeholder => {
    const inner = unit(relu(unit(x, filters, 3, strides)), filters, 3, 1);
    return relu(new Add().apply([inner, strides === 1 ? x : unit(x, filters, 1, strides)]));
  };
  const image = Input({ shape: [32, 32, 3] });
  let x = relu(unit(image, 64, 3, 1));
  for (const [filters, strides] of [64, 128, 256, 512].flatMap((filters) => [
    [filters, filters === 64 ? 1 : 2] as const,
    [filters, 1] as const,
  ])) {
    x = block(x, filters, strides);
  }
  const outputs = new Dense(10, { activation: 'softmax' }).apply(new GlobalAveragePooling2D().apply(x));
  return new Model({ inputs: image, outputs });
}

/** Three convolutions over 8,000 samples of sound. */
function audio(): Trainable {
  return new Sequential([
    Input({ shape: [8000, 1] }),
    new Conv1D(32, 9, { strides: 4, padding: 'same', activation: 'relu' }),
    new Conv1D(64, 9, { strides: 4, padding: 'same', activation: 'relu' }),
    new Conv1D(64, 3, { strides: 2, padding: 'same', activation: 'relu' }),
    new GlobalAveragePooling1D(),
    new Dense(10, { activation: 'softmax' }),
  ]);
}

/** How many batches take turns: one alone would be learnt by heart, and gradients vanish. */
const BATCHES = 4;

/** Training steps of a network. */
export async function nablaSteps(label: string, backend: Backend, name: keyof typeof NETWORKS): Promise<Contender> {
  const { model: make, input, batch } = NETWORKS[name];
  setBackend(backend);
  const model = make();
  const optimizer = name === 'audio' ? new Adam() : new SGD(0.01, { momentum: 0.9 });
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
  const size = input.reduce((a, b) => a * b, batch);
  const batches = Array.from({ length: BATCHES }, (_, n): { x: Tensor; y: Tensor } => ({
    x: fromData(
      Float32Array.from({ length: size }, (_, i) => (((i + n * 31) * 7919) % 1021) / 1021),
      [batch, ...input],
    ),
    y: fromData(
      Int32Array.from({ length: batch }, (_, i) => (i * 7 + n) % 10),
      [batch],
    ),
  }));
  await model.fit(batches[0]!.x, batches[0]!.y, { batchSize: batch, verbose: 0 });
  const { train } = model.steps!;
  let done = 0;
  return {
    name: label,
    async run(times): Promise<undefined> {
      for (let i = 0; i < times; i++) {
        const { x, y } = batches[done++ % BATCHES]!;
        await train({ x: [x], y: [y], sampleWeight: [null] }, [null]);
      }
    },
  };
}
