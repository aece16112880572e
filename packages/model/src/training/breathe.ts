// Long loops let the event loop turn, so that servers answer, pages paint and signals arrive.

const EVERY = 30;

interface Host {
  setImmediate?(f: () => void): void;
  setTimeout(f: () => void, milliseconds: number): void;
}

const host = globalThis as unknown as Host;

/** Returns a function to await in a loop: now and then it gives the event loop a turn. */
export function breather(): () => Promise<void> | undefined {
  let last = Date.now();
  return () => {
    if (Date.now() - last < EVERY) return undefined;
    return new Promise((resolve) => {
      const go = (): void => {
        last = Date.now();
        resolve();
      };
      if (host.setImmediate) host.setImmediate(go);
      else host.setTimeout(go, 0);
    });
  };
}
