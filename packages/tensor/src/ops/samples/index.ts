// From what the testkit makes tests of the ops of this package. It lies beside the ops, not inside of them, so that pages
// do not fetch it; ops of other packages may bring their samples along.

import type { Attrs } from '../../graph/graph.ts';
import type { AnyOp, Sample } from '../../op.ts';
import { avgPoolSamples } from './avg-pool.ts';
import { binarySamples } from './binary.ts';
import { castSamples } from './cast.ts';
import { compareSamples } from './compare.ts';
import { constantSamples } from './constant.ts';
import { convOpsSamples } from './conv-ops.ts';
import { cumulativeSamples } from './cumulative.ts';
import { cutSamples } from './cut.ts';
import { expandSamples } from './expand.ts';
import { gatherSamples } from './gather.ts';
import { matmulSamples } from './matmul.ts';
import { maxPoolSamples } from './max-pool.ts';
import { moveSamples } from './move.ts';
import { randomSamples } from './random.ts';
import { reduceSamples } from './reduce.ts';
import { reshapeSamples } from './reshape.ts';
import { resizeSamples } from './resize.ts';
import { softmaxSamples } from './softmax.ts';
import { sortSamples } from './sort.ts';
import { unarySamples } from './unary.ts';

const SAMPLES: Readonly<Record<string, readonly Sample<Attrs>[]>> = {
  ...avgPoolSamples,
  ...binarySamples,
  ...castSamples,
  ...compareSamples,
  ...constantSamples,
  ...convOpsSamples,
  ...cumulativeSamples,
  ...cutSamples,
  ...expandSamples,
  ...gatherSamples,
  ...matmulSamples,
  ...maxPoolSamples,
  ...moveSamples,
  ...randomSamples,
  ...reduceSamples,
  ...reshapeSamples,
  ...resizeSamples,
  ...softmaxSamples,
  ...sortSamples,
  ...unarySamples,
};

/** The calls that an op is tested with: its own, or those of this package by its name. */
export function samplesOf({ definition: { name, samples } }: AnyOp): readonly Sample<Attrs>[] {
  return samples ?? SAMPLES[name] ?? [];
}
