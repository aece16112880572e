// One generated test.
import type { Backend } from '@nablajs/tensor';

/** What a test is run with. */
export interface CaseContext {
  readonly backend: Backend;
  /** The reference backend, to compare with. */
  readonly truth: Backend;
  /** The relative tolerance to use where `usual` is usual; a backend's own list may widen it. */
  readonly relative: (usual: number) => number;
}

/** One generated test: `matmul/gradient/[7, 5] [5, 3]`. */
export interface Case {
  /** What skip lists match: sections separated by `/`. */
  readonly id: string;
  readonly run: (context: CaseContext) => Promise<void>;
}

/** Thrown by a case that has nothing to say about this backend. */
export class NotApplicable extends Error {
  override name = 'NotApplicable';
}
