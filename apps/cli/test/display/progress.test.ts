import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Options } from '../../src/arguments/options.ts';
import { displayFor } from '../../src/display/display.ts';
import { type Progress, progressLine, progressText } from '../../src/display/progress-line.ts';

const half: Progress = {
  label: 'epoch 1/2',
  done: 469,
  total: 938,
  elapsed: 21_000,
  numbers: { loss: 0.28712, accuracy: 0.912 },
};

describe('the progress line', () => {
  it('shows a bar, the count, what time is left, and numbers', () => {
    expect(progressLine(half, 100)).toBe(
      'epoch 1/2  ━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  469/938  ETA 21 s  loss 0.2871  accuracy 0.9120',
    );
    expect(progressText(half)).toBe('epoch 1/2  469/938  ETA 21 s  loss 0.2871  accuracy 0.9120');
  });

  it('fits any width, and gives up the bar first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat({ max: 938 }), (columns, done) => {
        const line = progressLine({ ...half, done }, columns);
        expect(line.length).toBeLessThanOrEqual(columns);
        if (columns >= 70) expect(line).toContain('accuracy 0.9120');
      }),
    );
    expect(progressLine(half, 66)).toBe(progressText(half));
  });

  it('fills the bar as the work goes on', () => {
    const filled = (done: number): number => progressLine({ ...half, done }, 120).split('━').length - 1;
    expect([0, 1, 469, 938, 2000].map(filled)).toEqual([0, 0, 15, 30, 30]);
  });

  it('guesses the time from the speed so far: 30 of 120 steps in 60 s leave 180 s', () => {
    const at = (done: number, elapsed: number): string =>
      progressText({ ...half, done, total: 120, elapsed, numbers: {} });
    expect(at(30, 60_000)).toBe('epoch 1/2   30/120  ETA 3 min 00 s');
    expect(at(1, 900)).toBe('epoch 1/2    1/120  ETA ...');
    expect(at(120, 240_400)).toBe('epoch 1/2  120/120  4 min 00 s');
    expect(at(120, 1234)).toBe('epoch 1/2  120/120  1.2 s');
  });

  it('writes small numbers with an exponent', () => {
    expect(progressText({ ...half, numbers: { loss: 0.00012345, gap: 0 } })).toContain('loss 1.23e-4  gap 0.0000');
  });
});

describe('displays', () => {
  const shown = (options: Record<string, unknown>, isTTY: boolean, steps = 8): string => {
    let text = '';
    const sink = { write: (more: string) => (text += more), isTTY, columns: 60 };
    const display = displayFor(
      { out: sink, err: sink, signal: new AbortController().signal },
      new Options('train', options),
    );
    display.tell('begin', { images: 3 }, 'Training on 3 images');
    for (let done = 1; done <= steps; done++) display.progress({ ...half, done, total: steps, numbers: {} });
    display.tell('step', { done: 8 });
    display.tell('epoch', { loss: 0.5 }, 'epoch done');
    display.result('result', { accuracy: 1 }, 'a long report', 'all right');
    display.settle();
    return text;
  };

  it('draw over one line on a terminal, and leave no half-drawn line behind', () => {
    const text = shown({}, true);
    expect(text.startsWith('Training on 3 images\n\r\u001b[Kepoch 1/2')).toBe(true);
    expect(text.endsWith('\r\u001b[Kepoch done\na long report\n')).toBe(true);
    const lines = text.split('\n');
    expect(lines).toHaveLength(4);
    for (const drawn of lines[1]!.split('\r\u001b[K')) expect(drawn.length).toBeLessThan(60);
  });

  it('write a plain line every quarter elsewhere', () => {
    expect(shown({}, false).split('\n')).toEqual([
      'Training on 3 images',
      'epoch 1/2  2/8  ETA 1 min 03 s',
      'epoch 1/2  4/8  ETA 21 s',
      'epoch 1/2  6/8  ETA 7.0 s',
      'epoch done',
      'a long report',
      '',
    ]);
  });

  it('write JSON lines and nothing else, or the result alone', () => {
    const events = shown({ json: true }, true)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toEqual([
      { event: 'begin', images: 3 },
      { event: 'step', done: 8 },
      { event: 'epoch', loss: 0.5 },
      { event: 'result', accuracy: 1 },
    ]);
    expect(shown({ quiet: true }, true)).toBe('all right\n');
  });
});
