// Tests that may fail, with a reason; and the rule that such a list never goes stale.

/** Tests that are known to fail. */
export interface Skip {
  /** Why, in words a user of the backend understands. */
  readonly reason: string;
  /** Ids with `*` for anything: `'conv/gradient/*3-D*'`. */
  readonly tests: readonly string[];
}

/** Tests that need more room than usual. */
export interface Widening {
  readonly reason: string;
  readonly tests: readonly string[];
  /** The relative tolerance instead of the usual one, when it is larger. */
  readonly relative: number;
}

/** True when a pattern with `*` matches a whole id. */
export function matches(pattern: string, id: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(id);
}

/** The first entry that names a test, or `undefined`. */
export function entryFor<T extends { readonly tests: readonly string[] }>(
  entries: readonly T[],
  id: string,
): T | undefined {
  return entries.find(({ tests }) => tests.some((pattern) => matches(pattern, id)));
}

/** Patterns that match none of the ids: left over from tests that were renamed or removed. */
export function idlePatterns(
  entries: readonly { readonly tests: readonly string[] }[],
  ids: readonly string[],
): string[] {
  return entries.flatMap(({ tests }) => tests).filter((pattern) => !ids.some((id) => matches(pattern, id)));
}
