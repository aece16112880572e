// Entries by number along an axis, and their sums.
import { sizeOf } from '@nablajs/tensor';
import { attr, type Lowering } from './lowering.ts';

/** `x[..., indices, ...]`; what is out of range reads as 0. */
const gather: Lowering = (machine, [x, indices], call) =>
  machine.call('GatherV2', { x: x!, indices: indices! }, { axis: attr<number>(call, 'axis'), batchDims: 0 });

/** Updates added up by number; those out of range are dropped. */
const scatterAdd: Lowering = (machine, [indices, updates], call) => {
  const axis = attr<number>(call, 'axis');
  const numSegments = attr<number>(call, 'size');
  const outer = sizeOf(updates!.shape.slice(0, axis));
  const inner = sizeOf(updates!.shape.slice(axis + 1));
  const count = updates!.shape[axis]!;
  // The kernel adds along the first axis.
  const lanes = machine.reshape(updates!, [outer, count, inner]);
  const first = outer === 1 ? lanes : machine.call('Transpose', { x: lanes }, { perm: [1, 0, 2] });
  const x = machine.reshape(first, [count, outer * inner]);
  const sums = machine.call('UnsortedSegmentSum', { x, segmentIds: indices! }, { numSegments });
  if (outer === 1) return machine.reshape(sums, call.spec.shape);
  const back = machine.call(
    'Transpose',
    { x: machine.reshape(sums, [numSegments, outer, inner]) },
    { perm: [1, 0, 2] },
  );
  return machine.reshape(back, call.spec.shape);
};

/** Gathering and its transpose. */
export const rows: Readonly<Record<string, Lowering>> = { gather, scatterAdd };
