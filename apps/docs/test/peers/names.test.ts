// `npm run coverage`, here in apps/docs, writes the page anew.
import { expect, test } from 'vitest';
import { mistakesIn } from '../../src/peers/exports.ts';
import { keras } from '../../src/peers/keras.ts';
import { coveragePage } from '../../src/peers/page.ts';
import type { Peer } from '../../src/peers/peer.ts';
import { pytorch } from '../../src/peers/pytorch.ts';
import { tfjs } from '../../src/peers/tfjs.ts';

const peers = [keras, pytorch, tfjs];

test.each(peers.map((peer) => [peer.name, peer] as const))(
  'each name of %s has an answer, and it is true',
  (_, peer) => {
    expect(mistakesIn(peer)).toEqual([]);
  },
);

test('false and missing answers are found', () => {
  const peer: Peer = {
    name: 'Other',
    version: '1',
    groups: [
      {
        title: 'Layers',
        from: 'layers',
        same: 'Dense Adam',
        ours: { Linear: 'Dens' },
        missing: { LSTM_cell: 'rare', LSTM: '' },
      },
      { title: 'Losses', from: 'losses', missing: { HuberLoss: 'rare' }, needless: { Gone: ' ' } },
      { title: 'Activations', from: 'layers', named: 'activation', same: 'hard_tanh hard_tan relu relu' },
    ],
  };
  expect(mistakesIn(peer)).toEqual([
    "Other, Layers: 'Adam' is said to be 'Adam', which there is not",
    "Other, Layers: 'Linear' is said to be 'Dens', which there is not",
    "Other, Layers: 'LSTM_cell' is said to be missing, but there is 'LSTMCell'",
    "Other, Layers: 'LSTM' has no answer",
    "Other, Losses: 'Gone' has no answer",
    "Other, Losses: 'HuberLoss' is said to be missing, but there is 'Huber'",
    "Other, Activations: 'hard_tan' is said to be 'hardTan', which there is not",
    "Other, Activations: 'relu' is answered twice",
  ]);
});

test('the page in the guide is up to date', async () => {
  await expect(coveragePage(peers)).toMatchFileSnapshot('../../guide/coverage.md');
});
