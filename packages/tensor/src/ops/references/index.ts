// What the ops of this package give, in plain TypeScript. It lies beside the ops, not inside of them, so that pages do not
// fetch it; ops of other packages bring theirs in their definitions.

import type { AnyOp } from '../../op.ts';
import { constantReferences } from './constant.ts';
import { convReferences } from './conv.ts';
import { elementwiseReferences } from './elementwise.ts';
import { indexingReferences } from './indexing.ts';
import { matmulReferences } from './matmul.ts';
import { orderingReferences } from './ordering.ts';
import { poolReferences } from './pool.ts';
import { reduceReferences } from './reduce.ts';
import type { Reference, References } from './reference.ts';
import { resizeReferences } from './resize.ts';
import { shapeReferences } from './shape.ts';

const REFERENCES: References = {
  ...constantReferences,
  ...convReferences,
  ...elementwiseReferences,
  ...indexingReferences,
  ...matmulReferences,
  ...orderingReferences,
  ...poolReferences,
  ...reduceReferences,
  ...resizeReferences,
  ...shapeReferences,
};

/** The slow, obvious truth about an op: its own, or that of this package by its name; `undefined` for composite ops. */
export function referenceOf({ definition: { name, reference } }: AnyOp): Reference | undefined {
  return reference ?? REFERENCES[name];
}
