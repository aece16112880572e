// The promise of the library: one model, every backend, the same numbers.
import { expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import type { NodeBackendName } from './node.ts';
import { type BackendName, EPOCHS, type Outcome, predictOn, start, trainFileOn, trainOn } from './scenario.ts';

const outcomes = new Map<string, Outcome>();

async function inNode(name: NodeBackendName): Promise<Outcome> {
  return once(`${name} (Node)`, () => commands.trainInNode(name));
}

async function inPage(name: BackendName): Promise<Outcome> {
  return once(`${name} (Chromium)`, async () => trainOn(await start(name)));
}

async function once(label: string, train: () => Promise<Outcome>): Promise<Outcome> {
  const outcome = outcomes.get(label) ?? (await train());
  outcomes.set(label, outcome);
  return outcome;
}

test('100 steps of training give the same losses on every backend', async () => {
  const truth = await inNode('reference');
  await inNode('cpu');
  await inPage('cpu');
  await inNode('onnxruntime');
  await inNode('tfjs-cpu');
  await inPage('tfjs-webgl');

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
  const { bytes, predictions } = await inNode('cpu');
  expectSame(await predictOn(await start('cpu'), bytes), predictions);
  expectSame(await predictOn(await start('tfjs-webgl'), bytes), predictions);
});

test('a model trained in a page predicts the same in Node', async () => {
  const { bytes, predictions } = await inPage('tfjs-webgl');
  expectSame(await commands.predictInNode('cpu', bytes), predictions);
});

test('a page trains from a file of Node as the model would, and hands its weights back', async () => {
  const { losses } = await inNode('cpu');
  const trained = await trainFileOn(await start('cpu'), await commands.writeTrainerInNode('cpu'));
  expectSame(trained.losses, losses);
  expectSame(await commands.adoptInNode('cpu', trained.bytes), trained.predictions);
});
