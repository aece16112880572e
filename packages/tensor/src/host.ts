// What every JavaScript host has but the language does not name. The library is typed for no host in particular.

interface Host {
  readonly console: { warn(text: string): void };
  setTimeout(f: () => void, milliseconds: number): unknown;
}

const host = globalThis as unknown as Host;

/** Says something to the developer. */
export function warn(text: string): void {
  host.console.warn(text);
}

/** Resolves in a later turn of the event loop, after timers, I/O and finalizers had theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    host.setTimeout(resolve, 0);
  });
}
