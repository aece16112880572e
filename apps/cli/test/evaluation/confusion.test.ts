import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyOf, argMax, confusionOf, scoresOf } from '../../src/evaluation/confusion.ts';
import { testReport } from '../../src/evaluation/report.ts';
import { Recorder } from '../../src/training/recorder.ts';

describe('scores', () => {
  // Computed by hand: of three cats two are found, and one dog is taken for a cat.
  const truth = [0, 0, 0, 1, 1, 2];
  const predicted = [0, 0, 2, 0, 1, 2];
  const matrix = confusionOf(truth, predicted, 4);

  it('follow from the confusion matrix', () => {
    expect(matrix).toEqual([
      [2, 0, 1, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
    expect(accuracyOf(matrix)).toBeCloseTo(4 / 6);
    const [cat, dog, owl, none] = scoresOf(matrix);
    expect(cat).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
    expect(dog).toEqual({ precision: 1, recall: 0.5, f1: 2 / 3, support: 2 });
    expect(owl).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3, support: 1 });
    expect(none).toEqual({ precision: 0, recall: 0, f1: 0, support: 0 });
  });

  it('are shown as tables', () => {
    const goal = { kind: 'class', classes: ['cat', 'dog', 'owl', 'fox'] } as const;
    expect(testReport({ kind: 'class', matrix }, { goal, noun: 'images' }, 'Animals')).toMatchInlineSnapshot(`
      "Animals: 66.67 % right, 2 of 6 wrong

      Confusion matrix (rows: truth, columns: prediction)
           cat  dog  owl  fox
      ───  ───  ───  ───  ───
      cat    2    ·    1    ·
      dog    1    1    ·    ·
      owl    ·    ·    1    ·
      fox    ·    ·    ·    ·

      class  precision  recall      F1  images
      ─────  ─────────  ──────  ──────  ──────
      cat       0.6667  0.6667  0.6667       3
      dog       1.0000  0.5000  0.6667       2
      owl       0.5000  1.0000  0.6667       1
      fox       0.0000  0.0000  0.0000       0
      mean      0.5417  0.5417  0.5000       6"
    `);
  });

  it('take the first of the largest outputs', () => {
    expect(
      [
        [0.1, 0.9],
        [0.3, 0.3],
        [0, -1],
      ].map(argMax),
    ).toEqual([1, 0, 0]);
  });
});

describe('the recorder', () => {
  it('takes running averages apart', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        (losses, points) => {
          const recorder = new Recorder('accuracy', 1, losses.length, points);
          let sum = 0;
          for (const [batch, loss] of losses.entries()) {
            sum += loss;
            recorder.add(0, batch, { loss: sum / (batch + 1), accuracy: 0 });
          }
          let from = 0;
          for (const { epoch, loss } of recorder.points) {
            const to = Math.round(epoch * losses.length);
            const span = losses.slice(from, to);
            expect(loss).toBeCloseTo(span.reduce((total, value) => total + value, 0) / span.length, 4);
            from = to;
          }
          expect(from).toBe(losses.length);
          expect(recorder.points.length).toBeLessThanOrEqual(points + 1);
        },
      ),
    );
  });

  it('begins again with each epoch', () => {
    const recorder = new Recorder('accuracy', 2, 2, 4);
    for (const epoch of [0, 1]) {
      recorder.add(epoch, 0, { loss: 4 - epoch, accuracy: 0.5 });
      recorder.add(epoch, 1, { loss: 3 - epoch, accuracy: 0.5 });
    }
    expect(recorder.points.map(({ epoch, loss }) => [epoch, loss])).toEqual([
      [0.5, 4],
      [1, 2],
      [1.5, 3],
      [2, 1],
    ]);
  });
});
