// The course of a training, finer than one number per epoch.

/** Averages over the batches since the point before: the loss, and the score by its name. */
export type CurvePoint = Readonly<Record<string, number>> & {
  /** In epochs since the start: 0.5 is half of the first. */
  readonly epoch: number;
  readonly loss: number;
};

/** Numbers averaged since the epoch began. */
type Running = Readonly<Record<string, number>>;

/** Takes apart the running averages that training reports, into averages of short spans. */
export class Recorder {
  readonly points: CurvePoint[] = [];
  readonly #score: string;
  readonly #stepsPerEpoch: number;
  readonly #every: number;
  #before: { readonly steps: number; readonly loss: number; readonly score: number } = START;

  /**
   * @param score which number to keep besides the loss
   * @param points about how many to record in all
   */
  constructor(score: string, epochs: number, stepsPerEpoch: number, points: number = 100) {
    this.#score = score;
    this.#stepsPerEpoch = stepsPerEpoch;
    this.#every = Math.max(1, Math.ceil((epochs * stepsPerEpoch) / points));
  }

  /** The running averages after a batch; returns the point that it completes. */
  add(epoch: number, batch: number, running: Running): CurvePoint | undefined {
    const steps = batch + 1;
    if (batch === 0) this.#before = START;
    if (steps % this.#every !== 0 && steps !== this.#stepsPerEpoch) return undefined;
    const { loss = 0, [this.#score]: score = 0 } = running;
    const span = (now: number, before: number): number =>
      (now * steps - before * this.#before.steps) / (steps - this.#before.steps);
    const point = {
      epoch: epoch + steps / this.#stepsPerEpoch,
      loss: span(loss, this.#before.loss),
      [this.#score]: span(score, this.#before.score),
    };
    this.#before = { steps, loss, score };
    this.points.push(point);
    return point;
  }
}

const START = { steps: 0, loss: 0, score: 0 } as const;
