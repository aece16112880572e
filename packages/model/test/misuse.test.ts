// What nobody would notice for a while: options and callbacks that would be ignored, and numbers that come now and then.
import { reference } from '@nablajs/backend-reference';
import { Dense } from '@nablajs/layers';
import { MeanSquaredError } from '@nablajs/losses';
import { R2Score } from '@nablajs/metrics';
import { Adam } from '@nablajs/optimizers';
import { ConfigError, setBackend, setSeed } from '@nablajs/tensor';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { EarlyStopping, ModelCheckpoint, ReduceLROnPlateau, Sequential } from '../src/index.ts';

beforeAll(() => setBackend(reference()));
beforeEach(() => setSeed(2));

const x = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
const y = x.map(([a, b]) => [a! - b!]);

function made(options: object = {}): Sequential {
  const model = new Sequential([new Dense(1)]);
  model.compile({ optimizer: 'sgd', loss: 'mse', ...options } as never);
  return model;
}

test('callbacks that watch validation wait for it in epochs without', async () => {
  const model = made();
  const history = await model.fit(x, y, {
    epochs: 6,
    verbose: 0,
    validationData: [x, x.map(() => [9])],
    validationFreq: 2,
    callbacks: [
      new ReduceLROnPlateau({ patience: 1, minDelta: 1e9 }),
      new EarlyStopping({ patience: 2, minDelta: 1e9 }),
    ],
  });
  // Watched in epochs 1, 3 and 5: the first value is the best there was, the two after it are none.
  expect(history.history['valLoss']).toHaveLength(3);
  expect(history.epoch).toEqual([0, 1, 2, 3, 4, 5]);
  // Before the reductions that epochs 3 and 5 end with.
  expect(history.history['learningRate']!.map((rate) => Math.round(rate * 1e5) / 1e5)).toEqual([
    0.01, 0.01, 0.01, 0.01, 1e-3, 1e-3,
  ]);
  expect(model.stopTraining).toBe(true);
});

test('what is watched and never comes is still an error', async () => {
  const watching = (monitor: string) => ({ verbose: 0, callbacks: [new EarlyStopping({ monitor })] }) as const;
  await expect(made().fit(x, y, watching('valLoss'))).rejects.toThrow('Pass validationData for the val... numbers');
  await expect(made().fit(x, y, { ...watching('valMae'), validationData: [x, y] })).rejects.toThrow(
    "there is no 'valMae' to watch; this training reports loss, valLoss",
  );
  const checkpoint = new ModelCheckpoint('unused.safetensors', { saveBestOnly: true, saveFreq: 1 });
  await expect(made().fit(x, y, { verbose: 0, validationData: [x, y], callbacks: [checkpoint] })).rejects.toThrow(
    "there is no 'valLoss' to watch",
  );
});

test.each<readonly [string, () => unknown, string]>([
  [
    'a stopping',
    () => new EarlyStopping({ patence: 3 } as never),
    "EarlyStopping: there is no option 'patence'. Did you mean 'patience'?",
  ],
  [
    'a plateau',
    () => new ReduceLROnPlateau({ min_lr: 0.1 } as never),
    "ReduceLROnPlateau: there is no option 'min_lr'",
  ],
  [
    'a checkpoint',
    () => new ModelCheckpoint('m', { saveBest: true } as never),
    "ModelCheckpoint: there is no option 'saveBest'. Did you mean 'saveBestOnly'?",
  ],
  ['a compilation', () => made({ metric: ['mae'] }), "compile: option 'metric' is unknown. Did you mean 'metrics'?"],
  [
    'metrics outside of a list',
    () => made({ metrics: 'mae' }),
    "compile: metrics must be a list, { metrics: ['mae'] }",
  ],
  [
    'an optimizer without new',
    () => made({ optimizer: Adam }),
    'compile: the optimizer must be a name or an object of its class, got function Adam. Write new Adam().',
  ],
  ['a loss without new', () => made({ loss: MeanSquaredError }), 'Write new MeanSquaredError().'],
  ['a metric without new', () => made({ metrics: [R2Score] }), 'Write new R2Score().'],
  [
    'a function for a loss',
    () => made({ loss: (a: unknown) => a }),
    'the loss must be a name or an object of its class, got function loss. To write your own, extend Loss.',
  ],
])('options of %s that nobody knows are refused', (_, make, text) => {
  expect(make).toThrow(ConfigError);
  expect(make).toThrow(text);
});

test.each<readonly [string, unknown, string]>([
  ['a class', EarlyStopping, 'got function EarlyStopping. Write new EarlyStopping()'],
  ['a function', () => 0, 'a callback must be an object with methods such as onEpochEnd, got function'],
  ['nothing', undefined, 'got undefined'],
  [
    'a method of another name',
    { onEpochEnds: () => 0 },
    "no callback is told 'onEpochEnds'. Did you mean 'onEpochEnd'?",
  ],
])('%s is no callback', async (_, callback, text) => {
  await expect(made().fit(x, y, { verbose: 0, callbacks: [callback as never] })).rejects.toThrow(text);
});

test('a callback may have helpers of its own', async () => {
  const seen: number[] = [];
  const callback = {
    onLoss: (loss: number) => void seen.push(loss),
    onEpochEnd(_: number, { loss }: Record<string, number>) {
      this.onLoss(loss!);
    },
  };
  const { history } = await made().fit(x, y, { verbose: 0, epochs: 2, callbacks: [callback] });
  expect(seen).toEqual(history['loss']);
});
