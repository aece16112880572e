import { reference } from '@nablajs/backend-reference';
import { type AnyLayer, Dense, Input, Lambda, ReLU, Reshape } from '@nablajs/layers';
import { BinaryCrossentropy, CategoricalCrossentropy } from '@nablajs/losses';
import { setBackend, setSeed, tensor } from '@nablajs/tensor';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Model, outputKind, Sequential } from '../src/index.ts';

const x = tensor([
  [1, -2],
  [3, 1],
]);
const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
beforeEach(() => {
  setBackend(reference());
  setSeed(1);
});
afterEach(() => warn.mockClear());

const ended = (...layers: AnyLayer[]): Sequential => new Sequential([Input({ shape: [2] }), ...layers]);

async function saidOf(model: Model, loss: string | object, y: unknown): Promise<string[]> {
  model.compile({ loss: loss as never, optimizer: 'sgd' });
  await model.evaluate(x, y as never);
  await model.fit(x, y as never, { verbose: 0 });
  return warn.mock.calls.map(([text]) => String(text));
}

const oneHot = [
  [1, 0],
  [0, 1],
];

test('logits that no activation tells of are seen in the first batch, and said once', async () => {
  const said = await saidOf(
    ended(new Dense(2, { kernelInitializer: 'ones' }), new Reshape([2])),
    'categoricalCrossentropy',
    oneHot,
  );
  expect(said).toEqual([
    'model \'sequential\': CategoricalCrossentropy takes probabilities, but "reshape" (Reshape) gives -1, as the first batch shows. End the model with a softmax, or give the loss fromLogits: true.',
  ]);
});

test('so are sums that are not 1, and numbers above 1 for yes-or-no decisions', async () => {
  // 3 + 1 = 4 for the second sample, and 0 for both outputs of the first.
  const relu = ended(new Dense(2, { kernelInitializer: 'ones' }), new ReLU());
  expect((await saidOf(relu, 'categoricalCrossentropy', oneHot))[0]).toContain(
    'gives numbers that add up to 0 in a sample',
  );
  warn.mockClear();
  const one = ended(new Dense(1, { kernelInitializer: 'ones' }), new ReLU());
  expect((await saidOf(one, new BinaryCrossentropy(), [0, 1]))[0]).toMatch(
    /gives 4, as the first batch shows\. End the model with a sigmoid/,
  );
});

test('probabilities from logits are seen where no activation tells', async () => {
  const model = ended(new Dense(2, { activation: 'softmax' }), new Reshape([2]));
  expect((await saidOf(model, new CategoricalCrossentropy({ fromLogits: true }), oneHot))[0]).toContain(
    'which add up to 1. Leave out fromLogits.',
  );
});

test('what fits is passed over in silence', async () => {
  const probabilities = ended(new Dense(2, { activation: 'softmax' }), new Reshape([2]));
  expect(await saidOf(probabilities, 'categoricalCrossentropy', oneHot)).toEqual([]);
  const logits = ended(new Dense(2), new Reshape([2]));
  expect(await saidOf(logits, new CategoricalCrossentropy({ fromLogits: true }), oneHot)).toEqual([]);
  expect(await saidOf(ended(new Dense(2), new Reshape([2])), 'mse', oneHot)).toEqual([]);
});

test('looking changes nothing of the training', async () => {
  const trained = async (loss: object): Promise<unknown> => {
    setSeed(3);
    const noise = new Lambda((value) => value);
    const model = ended(new Dense(2, { activation: 'softmax' }), noise);
    model.compile({ optimizer: 'sgd', loss: loss as never });
    await model.fit(x, oneHot, { epochs: 3, verbose: 0 });
    return model.predict(x).then((y) => y.array());
  };
  const known = async (): Promise<unknown> => {
    setSeed(3);
    const model = ended(new Dense(2, { activation: 'softmax' }));
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
    await model.fit(x, oneHot, { epochs: 3, verbose: 0 });
    return model.predict(x).then((y) => y.array());
  };
  expect(await trained(new CategoricalCrossentropy())).toEqual(await known());
});

test('outputKind goes by the activation, and else by the numbers', async () => {
  const kindOf = async (...layers: AnyLayer[]): Promise<string> => {
    const model = ended(...layers);
    return outputKind(model, await model.predict(x));
  };
  expect(await kindOf(new Dense(3, { activation: 'sigmoid' }))).toBe('probabilities');
  expect(await kindOf(new Dense(3))).toBe('logits');
  expect(await kindOf(new Dense(3, { activation: 'softmax' }), new Reshape([3]))).toBe('probabilities');
  expect(await kindOf(new Dense(1, { activation: 'sigmoid' }), new Reshape([1]))).toBe('probabilities');
  expect(await kindOf(new Dense(1, { kernelInitializer: 'ones' }), new Reshape([1]))).toBe('logits');
});
