// Every op of this package, for backends that run them by definition and for the testkit.
import type { AnyOp } from '../op.ts';
import { avgPoolGradientOp, avgPoolOp } from './avg-pool.ts';
import { fullOp, iotaOp } from './constant.ts';
import { convInputGradientOp, convKernelGradientOp, convOp } from './conv-ops.ts';
import { cumsumOp } from './cumulative.ts';

import * as binary from './elementwise/binary.ts';
import { castOp } from './elementwise/cast.ts';
import * as compare from './elementwise/compare.ts';
import * as unary from './elementwise/unary.ts';
import { gatherOp, scatterAddOp } from './gather.ts';
import { matmulOp } from './matmul.ts';
import { maxPoolGradientOp, maxPoolOp, maxPoolPickOp } from './max-pool.ts';

import { randomBitsOp } from './random.ts';
import * as reduce from './reduce.ts';
import { resizeGradientOp, resizeOp } from './resize.ts';
import * as shape from './shape/index.ts';
import { logSoftmaxOp, softmaxOp } from './softmax.ts';
import { argsortOp } from './sort.ts';

const ALL: readonly AnyOp[] = [
  fullOp,
  iotaOp,
  randomBitsOp,
  castOp,
  unary.negOp,
  unary.absOp,
  unary.signOp,
  unary.expOp,
  unary.expm1Op,
  unary.logOp,
  unary.log1pOp,
  unary.sqrtOp,
  unary.sinOp,
  unary.cosOp,
  unary.tanhOp,
  unary.erfOp,
  unary.floorOp,
  unary.ceilOp,
  unary.roundOp,
  unary.isNaNOp,
  unary.sigmoidOp,
  unary.reluOp,
  binary.addOp,
  binary.subOp,
  binary.mulOp,
  binary.divOp,
  binary.powOp,
  binary.maximumOp,
  binary.minimumOp,
  binary.floorDivOp,
  binary.modOp,
  compare.equalOp,
  compare.lessOp,
  compare.lessEqualOp,
  compare.logicalAndOp,
  compare.logicalOrOp,
  compare.logicalNotOp,
  compare.whereOp,
  reduce.sumOp,
  reduce.prodOp,
  reduce.maxOp,
  reduce.minOp,
  reduce.argMaxOp,
  reduce.argMinOp,
  shape.reshapeOp,
  shape.transposeOp,
  shape.flipOp,
  shape.broadcastToOp,
  shape.sliceOp,
  shape.padOp,
  shape.concatOp,
  gatherOp,
  scatterAddOp,
  cumsumOp,
  argsortOp,
  matmulOp,
  convOp,
  convInputGradientOp,
  convKernelGradientOp,
  maxPoolOp,
  maxPoolGradientOp,
  maxPoolPickOp,
  avgPoolOp,
  avgPoolGradientOp,
  resizeOp,
  resizeGradientOp,
  softmaxOp,
  logSoftmaxOp,
] as readonly unknown[] as readonly AnyOp[];

/** Ops that are not made of smaller ones: what a backend must be able to run, natively or by decomposition of nothing else. */
export const primitiveOps: readonly AnyOp[] = /* @__PURE__ */ ALL.filter(
  ({ definition }) => definition.decompose === undefined,
);

/** Ops that are defined by smaller ones. */
export const compositeOps: readonly AnyOp[] = /* @__PURE__ */ ALL.filter(
  ({ definition }) => definition.decompose !== undefined,
);
