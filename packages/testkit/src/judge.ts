// What the outcome of a case means, given the list of skips.
import { type Case, type CaseContext, NotApplicable } from './case.ts';
import type { Skip } from './skip.ts';

/** Runs a case. Resolves to `null` when it passed, or to the reason for which it counts as skipped; throws when it failed. */
export async function judge(run: Case['run'], context: CaseContext, skipped: Skip | undefined): Promise<string | null> {
  try {
    await run(context);
  } catch (error) {
    if (error instanceof NotApplicable) return error.message;
    if (skipped) return skipped.reason;
    throw error;
  }
  if (!skipped) return null;
  throw new Error(`stale skip: this test passes. Remove it from the list (its reason was: ${skipped.reason}).`);
}
