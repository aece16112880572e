import { seconds } from '../text/numbers.ts';

/** How far something is. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  /** Milliseconds since it began. */
  readonly elapsed: number;
  /** Shown after the count, such as `loss`. */
  readonly numbers: Readonly<Record<string, number>>;
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 8;

/**
 * One line of at most `columns` characters: `epoch 1/2  ━━━━━━╌╌╌╌  469/938  ETA 21 s  loss 0.2871  accuracy 0.9122`.
 * The bar takes what the words leave; where even the words are too long, the end is cut.
 */
export function progressLine(progress: Progress, columns: number): string {
  const { label } = progress;
  const words = progressWords(progress).slice(1).join('  ');
  const room = Math.min(WIDEST_BAR, columns - label.length - words.length - 4);
  const middle = room < NARROWEST_BAR ? '' : `${drawBar(progress, room)}  `;
  return `${label}  ${middle}${words}`.slice(0, columns);
}

/** The same without a bar, for logs. */
export function progressText(progress: Progress): string {
  return progressWords(progress).join('  ');
}

function progressWords({ label, done, total, elapsed, numbers }: Progress): string[] {
  const count = `${String(done).padStart(String(total).length)}/${total}`;
  const values = Object.entries(numbers).map(([name, value]) => `${name} ${significant(value)}`);
  return [label, count, time(done, total, elapsed), ...values];
}

function time(done: number, total: number, elapsed: number): string {
  if (done >= total) return seconds(elapsed);
  // One step says little: it includes compiling.
  return done < 2 ? 'ETA ...' : `ETA ${seconds((elapsed / done) * (total - done))}`;
}

function drawBar({ done, total }: Progress, width: number): string {
  const filled = total === 0 ? width : Math.round((Math.min(done, total) / total) * width);
  return '━'.repeat(filled) + '╌'.repeat(width - filled);
}

/** Four decimals, or an exponent where these would all be zeros. */
function significant(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4);
}
