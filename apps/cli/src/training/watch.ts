import type { Callback, Logs, TrainingPlan } from 'nablajs';
import type { Display } from '../display/display.ts';
import { progressText } from '../display/progress-line.ts';
import { type CurvePoint, Recorder } from './recorder.ts';

/** A number that is followed beside the loss, and how plots call both. */
export interface Score {
  readonly metric: string;
  readonly title: string;
  /** Of the axis, as d3 has it. */
  readonly format: string;
  readonly lossTitle: string;
}

/** What is followed for each kind of prediction. */
export const SCORES: Readonly<Record<'class' | 'number', Score>> = {
  class: { metric: 'accuracy', title: 'Accuracy', format: '.0~%', lossTitle: 'Loss (cross-entropy, nats)' },
  number: {
    metric: 'meanAbsoluteError',
    title: 'Mean absolute error (standard deviations)',
    format: '.2~f',
    lossTitle: 'Loss (mean squared error, variances)',
  },
};

/** Watches a training: shows it, and keeps its curves. */
export class Watch implements Callback {
  readonly validation: CurvePoint[] = [];
  readonly score: Score;
  readonly #display: Display;
  #recorder: Recorder;
  #plan: Pick<TrainingPlan, 'epochs' | 'steps'> = { epochs: 1, steps: 1 };
  #epoch = 0;
  #began = 0;

  constructor(display: Display, score: Score) {
    this.#display = display;
    this.score = score;
    this.#recorder = new Recorder(score.metric, 1, 1);
  }

  /** Along the epochs, on training data. */
  get training(): readonly CurvePoint[] {
    return this.#recorder.points;
  }

  setModel(_: unknown, plan: TrainingPlan): void {
    this.#plan = plan;
    this.#recorder = new Recorder(this.score.metric, plan.epochs, plan.steps ?? 1);
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#began = performance.now();
  }

  onBatchEnd(batch: number, logs: Logs): void {
    this.#display.progress(this.#progress(batch + 1, logs));
    const point = this.#recorder.add(this.#epoch, batch, logs);
    if (point !== undefined) this.#display.tell('step', { step: batch + 1, ...point });
  }

  onEpochEnd(epoch: number, logs: Logs): void {
    const seconds = (performance.now() - this.#began) / 1000;
    const { metric } = this.score;
    const [loss, score] = [logs['valLoss'], logs[`val${metric[0]!.toUpperCase()}${metric.slice(1)}`]];
    if (loss !== undefined && score !== undefined) {
      this.validation.push({ epoch: epoch + 1, loss, [metric]: score });
    }
    this.#display.tell(
      'epoch',
      { epoch: epoch + 1, seconds, ...logs },
      progressText(this.#progress(this.#plan.steps ?? 1, logs)),
    );
  }

  #progress(done: number, numbers: Logs): Parameters<Display['progress']>[0] {
    const { epochs, steps = done } = this.#plan;
    return {
      label: `epoch ${String(this.#epoch + 1).padStart(String(epochs).length)}/${epochs}`,
      done,
      total: steps,
      elapsed: performance.now() - this.#began,
      numbers,
    };
  }
}
