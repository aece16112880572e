// Switches for finding faults. They slow everything down and change no result.
import { captureSites } from './site.ts';

/** Options of {@link debug}. */
export interface DebugOptions {
  /** Stop at the first NaN or infinity and name op, layer and user line. Default `false`. */
  readonly checkNumerics?: boolean;
  /** Compute after each op, and run compiled functions as ordinary ones. Default `false`. */
  readonly eager?: boolean;
  /** Remember the user's line for each op (about 3 µs each). Default `true`. */
  readonly sites?: boolean;
}

/** The current switches. */
export const debugState: { checkNumerics: boolean; eager: boolean } = { checkNumerics: false, eager: false };

/** Sets debugging switches; those not named keep their state. */
export function debug(options: DebugOptions): void {
  debugState.checkNumerics = options.checkNumerics ?? debugState.checkNumerics;
  debugState.eager = options.eager ?? debugState.eager;
  if (options.sites !== undefined) captureSites(options.sites);
}
