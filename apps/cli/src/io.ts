/** Where a command writes, and what can stop it. */
export interface Io {
  readonly out: Sink;
  readonly err: Sink;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A stream of text. */
export interface Sink {
  write(text: string): void;
  /** A terminal, where lines can be drawn over. */
  readonly isTTY: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}
