// The layers a computation is in, so that nodes and errors can name them.

let current = '';

/** The path of the running layer, `"block_1" (Block) > "dense_1" (Dense)`; empty outside layers. */
export function scopePath(): string {
  return current;
}

/** Runs `f` with `label` appended to the path that nodes and errors carry. */
export function inScope<T>(label: string, f: () => T): T {
  const outer = current;
  current = outer ? `${outer} > ${label}` : label;
  try {
    return f();
  } finally {
    current = outer;
  }
}
