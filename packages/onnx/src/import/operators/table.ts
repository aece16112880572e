// All rows, by family: the operators that Nabla reads, and the only list of them.
import type { OperatorTable } from '../call.ts';
import { activationOperators } from './activations.ts';
import { constantOperators } from './constant.ts';
import { elementwiseOperators } from './elementwise.ts';
import { gatherOperators } from './gather.ts';
import { matmulOperators } from './matmul.ts';
import { normalizationOperators } from './normalization.ts';
import { reduceOperators } from './reduce.ts';
import { resizeOperators } from './resize.ts';
import { shapeOperators } from './shape.ts';
import { windowOperators } from './windows.ts';

/** What every operator means. */
export const operatorTable: OperatorTable = {
  ...elementwiseOperators,
  ...activationOperators,
  ...reduceOperators,
  ...shapeOperators,
  ...gatherOperators,
  ...matmulOperators,
  ...windowOperators,
  ...normalizationOperators,
  ...resizeOperators,
  ...constantOperators,
};

/** Names of the operators that `importOnnx` reads, in order. */
export const importedOperators: readonly string[] = Object.keys(operatorTable).sort();
