import { reference } from '@nablajs/backend-reference';
import { Dense, Input, Reshape } from '@nablajs/layers';
import { builtinLosses } from '@nablajs/losses';
import { setBackend } from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';
import { type AnyModel, Sequential, type TargetSpec, traceableTraining } from '../src/index.ts';

beforeAll(() => setBackend(reference()));

/** What a loss takes beside an output of two rows of three numbers for each sample; `null` where that cannot be told. */
async function targetsOf(loss: string): Promise<TargetSpec | null> {
  const model = new Sequential([Input({ shape: [4] }), new Dense(6), new Reshape([2, 3])]) as unknown as AnyModel;
  model.compile({ loss });
  const training = await traceableTraining('test', model).catch(() => null);
  return training?.targets[0] ?? null;
}

test('what targets are follows from loss and output', async () => {
  const classes = ['SparseCategoricalCrossentropy', 'CategoricalGeneralizedCrossEntropy', 'MultiMargin'];
  // Their targets have shapes of their own.
  const open = ['Circle', 'CTC', 'GaussianNLL', 'MarginRanking', 'CosineEmbedding', 'TripletMargin'];
  for (const loss of Object.keys(builtinLosses)) {
    const values = open.includes(loss) ? null : { dtype: 'float32', shape: [2, 3] };
    const numbers = { dtype: 'int32', shape: [2], classes: 3 };
    expect([loss, await targetsOf(loss)]).toEqual([loss, classes.includes(loss) ? numbers : values]);
  }
});
