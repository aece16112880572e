// All rows, by family: the list of what can be said in ONNX, and the only one.
import { constantRows } from './constant.ts';
import { convRows } from './conv.ts';
import { elementwiseRows } from './elementwise.ts';
import { gatherRows } from './gather.ts';
import { matmulRows } from './matmul.ts';
import { poolRows } from './pool.ts';
import { randomRows } from './random.ts';
import { reduceRows } from './reduce.ts';
import { resizeRows } from './resize.ts';
import type { LoweringTable } from './row.ts';
import { shapeRows } from './shape.ts';
import { softmaxRows } from './softmax.ts';
import { sortRows } from './sort.ts';

/** How every op is said in ONNX. */
export const loweringTable: LoweringTable = {
  ...constantRows,
  ...elementwiseRows,
  ...reduceRows,
  ...shapeRows,
  ...gatherRows,
  ...sortRows,
  ...matmulRows,
  ...softmaxRows,
  ...convRows,
  ...poolRows,
  ...resizeRows,
  ...randomRows,
};

/** Names of the ops that {@link lowerGraph} takes; graphs with others must be decomposed to these first. */
export const loweredOps: ReadonlySet<string> = new Set(Object.keys(loweringTable));
