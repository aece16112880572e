/** `f` with at most `count` calls running; further ones wait for their turn, in order. */
export function atMost<A extends readonly unknown[]>(
  count: number,
  f: (...args: A) => Promise<void>,
): (...args: A) => Promise<void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (...args) => {
    if (running === count) await new Promise<void>((begin) => waiting.push(begin));
    else running++;
    try {
      await f(...args);
    } finally {
      // A call that waits takes the place over, so that none slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
