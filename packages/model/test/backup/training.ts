// A training with everything that must come back after a crash: dropout, shuffles, optimizer state, callbacks with a memory.
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Dropout, Input } from '@nablajs/layers';
import { Adam } from '@nablajs/optimizers';
import { setBackend, setSeed } from '@nablajs/tensor';
import { type Callback, EarlyStopping, type History, ReduceLROnPlateau, Sequential } from '../../src/index.ts';
import { clouds } from '../data.ts';

export interface Outcome {
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly weights: readonly (readonly number[])[];
  readonly optimizer: readonly (readonly number[])[];
}

/** Trains from the same seed; what `callbacks` do may end it early, or begin it late. */
export async function train(epochs: number, callbacks: readonly Callback[]): Promise<Outcome> {
  // State is float32 here as in files; the reference backend computes on in float64.
  setBackend(await cpu({ threads: 1 }));
  setSeed(3);
  const { x, oneHot } = clouds(20);
  const model = new Sequential([
    Input({ shape: [2] }),
    new Dense(4, { activation: 'relu' }),
    new Dropout(0.3),
    new Dense(3, { activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: new Adam(0.05),
    loss: 'categoricalCrossentropy',
    // Two work on the host, one of them with weights.
    metrics: ['accuracy', 'auc'],
    weightedMetrics: ['r2Score'],
  });
  const plateau = new ReduceLROnPlateau({ monitor: 'valLoss', patience: 1, minDelta: 0.1 });
  const stopping = new EarlyStopping({ monitor: 'valLoss', patience: 100, restoreBestWeights: true });
  const { history }: History = await model.fit(x, oneHot, {
    epochs,
    batchSize: 4,
    sampleWeight: x.map((_, i) => 1 + (i % 3)),
    validationSplit: 0.2,
    verbose: 0,
    callbacks: [plateau, stopping, ...callbacks],
  });
  const data = (values: readonly { readonly value: { data(): Promise<ArrayLike<number>> } }[]): Promise<number[][]> =>
    Promise.all(values.map(async ({ value }) => Array.from(await value.data())));
  return { history, weights: await data(model.weights), optimizer: await data(model.optimizer.variables) };
}
