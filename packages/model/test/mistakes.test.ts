// The mistakes that are made most, and what is said about them, in one file for reading: is it clear what was asked, what was
// found, what to do?
import { cpu } from '@nablajs/backend-cpu';
import { Conv2D, Dense, Flatten, Input, type Layer, Reshape } from '@nablajs/layers';
import { BinaryCrossentropy, CategoricalCrossentropy } from '@nablajs/losses';
import { type NablaError, setBackend, setSeed, type Tensor, tensor, zeros } from '@nablajs/tensor';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  BackupAndRestore,
  EarlyStopping,
  LearningRateScheduler,
  loadModel,
  Model,
  ModelCheckpoint,
  modelFromBytes,
  ReduceLROnPlateau,
  Sequential,
} from '../src/index.ts';
import { twoByTwo } from './graphs.ts';

beforeAll(async () => setBackend(await cpu()));
beforeEach(() => setSeed(1));

const x = [
  [0.1, 0.9],
  [0.8, 0.3],
  [0.4, 0.6],
];
const oneHot = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const labels = [0, 1, 2];
const quiet = { verbose: 0 } as const;
const wrong = (value: unknown): never => value as never;

function classifier(loss: unknown = 'categoricalCrossentropy', ...layers: Layer[]): Sequential {
  const own =
    layers.length > 0 ? layers : [new Dense(4, { activation: 'relu' }), new Dense(3, { activation: 'softmax' })];
  const model = new Sequential(own);
  model.compile({ optimizer: 'adam', loss: wrong(loss), metrics: ['accuracy'] });
  return model;
}

function pictures(...layers: Layer[]): Sequential {
  return classifier('sparseCategoricalCrossentropy', new Conv2D(2, 3), ...layers);
}

const CASES: Readonly<Record<string, readonly (() => unknown)[]>> = {
  'Data that do not fit the model': [
    () => classifier().fit(zeros([3, 28, 28]), oneHot, quiet),
    () => new Sequential([Input({ shape: [784] }), new Dense(2)]).predict(zeros([3, 28, 28])),
    () => pictures(new Dense(3, { activation: 'softmax' })).fit(zeros([3, 5, 5, 1]), labels, quiet),
    () => pictures(new Flatten(), new Dense(3, { activation: 'softmax' })).fit(zeros([3, 25]), labels, quiet),
    () => classifier().fit(tensor(x, 'float32').cast('int32'), oneHot, quiet),
    () => classifier().fit([['a', 'b']] as never, oneHot, quiet),
    () => classifier().fit([[0.1, Number.NaN]], [[1, 0, 0]], quiet),
    () => classifier().fit(x, oneHot.slice(1), quiet),
    () => classifier().fit([], [], quiet),
    () => classifier().predict([]),
    () => classifier().predict(wrong(3)),
    () => classifier().predict(wrong(undefined)),
  ],
  'Targets that do not fit the loss': [
    () => classifier().fit(x, labels, quiet),
    () => classifier('sparseCategoricalCrossentropy').fit(x, oneHot, quiet),
    () => classifier('sparseCategoricalCrossentropy').fit(x, [0, 1, 3], { ...quiet, shuffle: false }),
    () => classifier('sparseCategoricalCrossentropy').fit(x, [0, 1, -1], { ...quiet, shuffle: false }),
    () =>
      classifier().fit(
        x,
        oneHot.map((row) => [...row, 0]),
        quiet,
      ),
    () =>
      classifier('binaryCrossentropy', new Dense(1, { activation: 'sigmoid' })).fit(x, [0, 2, 1], {
        ...quiet,
        shuffle: false,
      }),
    () => classifier('mse', new Dense(1)).fit(x, oneHot, quiet),
    () => classifier().fit(x, undefined, quiet),
    () => classifier().evaluate(x),
  ],
  'Outputs that are not what the loss takes them for (warnings)': [
    () => classifier('categoricalCrossentropy', new Dense(3)).fit(x, oneHot, quiet),
    () => classifier(new BinaryCrossentropy(), new Dense(1)).fit(x, [0, 1, 1], quiet),
    () =>
      classifier('categoricalCrossentropy', new Dense(3, { kernelInitializer: 'ones' }), new Reshape([3])).fit(
        x,
        oneHot,
        quiet,
      ),
    () =>
      classifier(new CategoricalCrossentropy({ fromLogits: true }), new Dense(3, { activation: 'softmax' })).fit(
        x,
        oneHot,
        quiet,
      ),
  ],
  'Models that are not ready': [
    () => new Sequential([new Dense(1)]).fit(x, labels, quiet),
    () => new Sequential([new Dense(1)]).evaluate(x, labels),
    () => new Sequential().predict(x),
    () => new Sequential([new Dense(1)]).countParams(),
    () => new Sequential([new Dense(1)]).flops(),
    () => {
      const model = classifier();
      model.build({ shape: [1, 2], dtype: 'float32' });
      model.trainable = false;
      return model.fit(x, oneHot, quiet);
    },
    () => {
      const model = new Sequential([new Dense(3)]);
      model.compile({});
      return model.fit(x, oneHot, quiet);
    },
    () => {
      const shared = new Dense(3);
      return new Sequential([shared, shared]);
    },
    () => new Sequential([new Dense(3, { name: 'd' }), new Dense(3, { name: 'd' })]),
    () => new Sequential([new Dense(3), Input({ shape: [2] })]),
    () => new Sequential(wrong([Dense])),
    () => new Sequential(wrong(new Dense(3))),
    () => new Model(wrong([new Dense(3)])),
    () => new Model({ inputs: Input({ shape: [2] }), outputs: wrong(new Dense(1)) }),
    () => new Model({ inputs: wrong({ shape: [2] }), outputs: Input({ shape: [2] }) }),
    () => new Dense(1).apply(wrong([[1, 2]])),
  ],
  'Names that nobody knows': [
    () => classifier().compile({ optimizer: 'adm', loss: 'mse' }),
    () => classifier().compile({ optimizer: 'adam', loss: 'categorical_crossentopy' }),
    () => classifier().compile({ loss: 'mse', metrics: ['acuracy'] }),
    () => classifier().compile({ loss: 'mse', precision: wrong('float16') }),
    () => twoByTwo().predict({ a: x, bb: x }),
    () => twoByTwo().predict(tensor(x)),
    () => twoByTwo().getLayer('shard'),
    () => {
      const model = twoByTwo();
      model.compile({ loss: { digits: 'mse' } });
      return model.fit({ a: x, b: x }, { digit: labels }, quiet);
    },
    () => classifier().fit(x, oneHot, { ...quiet, callbacks: [new EarlyStopping()] }),
    () => classifier().fit(x, oneHot, { ...quiet, callbacks: [new ReduceLROnPlateau({ monitor: 'acuracy' })] }),
    () =>
      classifier().fit(x, oneHot, {
        ...quiet,
        callbacks: [new ModelCheckpoint('{valLos}.safetensors')],
        validationData: [x, oneHot],
      }),
  ],
  'Options that cannot work': [
    () => classifier().fit(x, oneHot, { ...quiet, epochs: 0 }),
    () => classifier().fit(x, oneHot, { ...quiet, batchSize: 32 }),
    () => classifier().fit(x, oneHot, { ...quiet, batchSize: 0.5 }),
    () => classifier().fit(x, oneHot, { ...quiet, validationSplit: 20 }),
    () => classifier().fit(x, oneHot, { ...quiet, validationSplit: 0.1 }),
    () => classifier().fit(x, oneHot, { ...quiet, validationData: [[], []] }),
    () => classifier().fit(x, oneHot, { ...quiet, validationData: wrong(x) }),
    () => classifier().fit(x, oneHot, wrong({ ...quiet, epoch: 3 })),
    () => classifier().fit(x, oneHot, { ...quiet, callbacks: wrong(new EarlyStopping()) }),
    () => classifier().fit(x, oneHot, { ...quiet, callbacks: [new LearningRateScheduler(wrong(0.1))] }),
    () => new BackupAndRestore(wrong(undefined)),
  ],
  'Files that are not what they should be': [
    () => loadModel('/nowhere/model.safetensors'),
    () => modelFromBytes(new TextEncoder().encode('hello, I am no model at all')),
    () => new Sequential([Input({ shape: [2] }), new Dense(1)]).loadWeights('/nowhere/model.safetensors'),
    () => {
      class Nameless extends Model {
        readonly inner: Dense = new Dense(1);
        protected override call(input: Tensor): Tensor {
          return this.inner.apply(input);
        }
      }
      const model = new Nameless();
      model.build({ shape: [1, 2], dtype: 'float32' });
      return model.toBytes();
    },
  ],
};

async function messageOf(run: () => unknown): Promise<string> {
  const warnings: string[] = [];
  const warn = vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(`Warning: ${text}`));
  try {
    await run();
    return warnings.join('\n') || 'NOTHING WAS SAID';
  } catch (error) {
    const { name, message } = error as NablaError;
    // The line of the call is of no interest here.
    return `${name}${name === 'TypeError' ? ' (!)' : ''} ${message}`.split('\n    at ')[0]!;
  } finally {
    warn.mockRestore();
  }
}

test('what is said, for reading', async () => {
  const parts: string[] = [];
  for (const [title, cases] of Object.entries(CASES)) {
    const messages: string[] = [];
    for (const run of cases) messages.push(await messageOf(run));
    parts.push(`${title}\n${'='.repeat(title.length)}\n\n${messages.join('\n\n')}\n`);
  }
  await expect(parts.join('\n')).toMatchFileSnapshot('mistakes.txt');
});
