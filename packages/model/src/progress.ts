// What `fit` prints: one line that redraws itself on a terminal, one plain line per epoch elsewhere.
import type { Callback, Logs, TrainingPlan } from './callbacks/callback.ts';
import type { AnyModel } from './model.ts';
import { defaultSink } from './progress-sink.ts';

/** Where progress is written. */
export interface ProgressSink {
  /** A terminal that understands carriage returns; else only finished lines are written. */
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

/** State of an epoch in one line. */
export interface ProgressState {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number | undefined;
  /** Milliseconds since the epoch began. */
  readonly elapsed: number;
  readonly logs: Logs;
  readonly done: boolean;
}

/** `Epoch 2/5  ━━━━━━──── 512/938  ETA 12s  loss 0.2134  accuracy 0.9371`, at most `columns` wide. */
export function progressLine({ epoch, epochs, step, steps, elapsed, logs, done }: ProgressState, columns = 80): string {
  const numbers = Object.entries(logs).map(([name, value]) => `${name} ${formatNumber(value)}`);
  const time =
    done || steps === undefined || step === 0
      ? duration(elapsed)
      : `ETA ${duration((elapsed / step) * (steps - step))}`;
  const head = `Epoch ${epoch + 1}/${epochs}`;
  const count = steps === undefined ? `${step}` : `${String(step).padStart(String(steps).length)}/${steps}`;
  const tail = [count, time, ...numbers].join('  ');
  const room = Math.min(24, columns - head.length - tail.length - 4);
  const bar = steps === undefined || room < 6 ? '' : `${drawBar(step / Math.max(1, steps), room)} `;
  return `${head}  ${bar}${tail}`.slice(0, columns);
}

function drawBar(fraction: number, width: number): string {
  const filled = Math.round(Math.min(1, fraction) * width);
  return '━'.repeat(filled) + '─'.repeat(width - filled);
}

/** `950ms`, `12s`, `3m 05s`, `1h 02m`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}

function formatNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4);
}

const REDRAW_EVERY = 100;

/** The callback behind `verbose`. */
export class Progress implements Callback {
  readonly #sink: ProgressSink;
  #plan: Pick<TrainingPlan, 'epochs' | 'steps'> = { epochs: 1, steps: undefined };
  #epoch = 0;
  #began = 0;
  #drawn = 0;

  constructor(sink: ProgressSink = defaultSink()) {
    this.#sink = sink;
  }

  setModel(_: AnyModel, plan: TrainingPlan): void {
    this.#plan = plan;
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#began = Date.now();
    this.#drawn = 0;
  }

  /** True when the line is due to be drawn again, so that logs are read only then. */
  wantsLogs(): boolean {
    return this.#sink.isTTY && Date.now() - this.#drawn >= REDRAW_EVERY;
  }

  onBatchEnd(batch: number, logs: Logs): void {
    if (Object.keys(logs).length === 0) return;
    this.#drawn = Date.now();
    this.#sink.write(`\r${this.#line(batch + 1, logs, false)}\u001b[K`);
  }

  onEpochEnd(_: number, logs: Logs): void {
    const line = this.#line(this.#plan.steps ?? 0, logs, true);
    this.#sink.write(this.#sink.isTTY ? `\r${line}\u001b[K\n` : `${line}\n`);
  }

  #line(step: number, logs: Logs, done: boolean): string {
    const { epochs, steps } = this.#plan;
    const columns = this.#sink.isTTY ? this.#sink.columns : 200;
    return progressLine(
      { epoch: this.#epoch, epochs, step, steps, elapsed: Date.now() - this.#began, logs, done },
      columns,
    );
  }
}
