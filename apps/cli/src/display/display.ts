// The four ways to watch a command: a terminal, a log, a program, or only the result.
import type { Options } from '../arguments/options.ts';
import type { Io, Sink } from '../io.ts';
import { type Progress, progressLine, progressText } from './progress-line.ts';

/** Where a command reports. Text is for people, data for programs: each reaches only its kind. */
export interface Display {
  /** Something happened. Without a text, people need not know. */
  tell(event: string, data: object, text?: string): void;
  /** What the command was called for; `brief` is all that `--quiet` shows of it. */
  result(event: string, data: object, text: string, brief?: string): void;
  /** How far the current work is; called often, shown seldom. */
  progress(progress: Progress): void;
  /** The work ended or was interrupted: what was drawn over is left behind. */
  settle(): void;
}

/** The display that `--json`, `--quiet` and the terminal ask for. */
export function displayFor({ out }: Io, options: Options): Display {
  if (options.flag('json')) return jsonDisplay(out);
  if (options.flag('quiet')) return quietDisplay(out);
  return out.isTTY ? terminalDisplay(out) : plainDisplay(out);
}

/** One JSON object per line; `event` says what it is. */
function jsonDisplay(out: Sink): Display {
  const write = (event: string, data: object): void => out.write(`${JSON.stringify({ event, ...data })}\n`);
  return { tell: write, result: write, progress() {}, settle() {} };
}

function quietDisplay(out: Sink): Display {
  return {
    tell() {},
    result: (_event, _data, text, brief) => out.write(`${brief ?? text}\n`),
    progress() {},
    settle() {},
  };
}

const REDRAW_AFTER = 80;
const CLEAR_LINE = '\r\u001b[K';

function terminalDisplay(out: Sink): Display {
  let drawn = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  const write = (text: string): void => {
    out.write(`${isOpen ? CLEAR_LINE : ''}${text}\n`);
    isOpen = false;
  };
  return {
    tell(_event, _data, text) {
      if (text !== undefined) write(text);
    },
    result: (_event, _data, text) => write(text),
    progress(progress) {
      const isDone = progress.done >= progress.total;
      if (!isDone && performance.now() - drawn < REDRAW_AFTER) return;
      drawn = performance.now();
      // The last column stays free: a full line would wrap on some terminals.
      out.write(`${CLEAR_LINE}${progressLine(progress, out.columns - 1)}`);
      isOpen = true;
    },
    settle() {
      if (isOpen) out.write('\n');
      isOpen = false;
    },
  };
}

const LINES_PER_WORK = 4;
/** Milliseconds; what takes less needs no lines on its way. */
const SHORT_WORK = 2000;

function plainDisplay(out: Sink): Display {
  let last = '';
  return {
    tell(_event, _data, text) {
      if (text !== undefined) out.write(`${text}\n`);
    },
    result: (_event, _data, text) => out.write(`${text}\n`),
    progress(progress) {
      const part = Math.floor((LINES_PER_WORK * progress.done) / progress.total);
      const key = `${progress.label} ${part}`;
      if (part === 0 || key === last || progress.done >= progress.total || progress.elapsed < SHORT_WORK) return;
      last = key;
      out.write(`${progressText(progress)}\n`);
    },
    settle() {},
  };
}
