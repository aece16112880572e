// Runs happen one after the other, in the order they were asked for: each sees the variables as the one before left them.

// Marked, so that bundles without runs leave it out.
let tail: Promise<unknown> = /* @__PURE__ */ Promise.resolve();

/** Runs `job` after all earlier ones, whether they succeeded or not. */
export function enqueue<T>(job: () => Promise<T>): Promise<T> {
  const run = tail.then(job, job);
  tail = run.catch(() => undefined);
  return run;
}
