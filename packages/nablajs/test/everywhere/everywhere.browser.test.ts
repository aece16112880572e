// The promise of the library: one model, every backend, the same numbers.
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { type BackendName, EPOCHS, type Outcome, predict, train } from './scenario.ts';

const outcomes = new Map<string, Outcome>();

async function run(place: 'Node' | 'Chromium', name: BackendName): Promise<Outcome> {
  const label = `${name} (${place})`;
  const known = outcomes.get(label);
  if (known) return known;
  const outcome = place === 'Node' ? await commands.trainInNode(name) : await train(name);
  outcomes.set(label, outcome);
  return outcome;
}

test('100 steps of training give the same losses on every backend', async () => {
  const truth = await run('Node', 'reference');
  await run('Node', 'cpu');
  await run('Chromium', 'cpu');
  await run('Node', 'tfjs-cpu');
  await run('Chromium', 'tfjs-webgl');

  const labels = [...outcomes.keys()];
  const rows = Array.from({ length: EPOCHS }, (_, epoch) => [
    String((epoch + 1) * 10),
    ...labels.map((label) => outcomes.get(label)!.losses[epoch]!.toFixed(6)),
  ]);
  const largest = labels.map((label) =>
    Math.max(...outcomes.get(label)!.losses.map((loss, epoch) => Math.abs(loss - truth.losses[epoch]!))),
  );
  rows.push(['off by', ...largest.map((difference) => difference.toExponential(1))]);
  console.log(['step', ...labels].join(' | ') + rows.map((row) => `\n${row.join(' | ')}`).join(''));

  expect(truth.losses.at(-1)!).toBeLessThan(truth.losses[0]! * 0.7);
  for (const [label, { losses }] of outcomes) {
    for (const [epoch, loss] of losses.entries()) {
      expect(Math.abs(loss - truth.losses[epoch]!), `${label}, step ${(epoch + 1) * 10}`).toBeLessThan(1e-3);
    }
  }
});

function expectSame(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries()) expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
}

test('a model trained in Node predicts the same in a page', async () => {
  const { bytes, predictions } = await run('Node', 'cpu');
  expectSame(await predict('cpu', bytes), predictions);
  expectSame(await predict('tfjs-webgl', bytes), predictions);
});

test('a model trained in a page predicts the same in Node', async () => {
  const { bytes, predictions } = await run('Chromium', 'tfjs-webgl');
  expectSame(await commands.predictInNode('cpu', bytes), predictions);
});
