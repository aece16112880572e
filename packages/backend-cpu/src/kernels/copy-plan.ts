import { copyElements, copyRuns, copyTransposed } from './copy.ts';
import { type KernelCall, type KernelPlan, kernelCall, place } from './kernel.ts';

/** A copy from one strided view to another. Steps and offsets count elements and may be negative, or 0 in the source. */
export interface StridedCopy {
  readonly sizes: readonly number[];
  readonly source: StridedView;
  readonly target: StridedView;
  readonly bytesPerElement: 1 | 4 | 8;
}

/** Where the elements of a view lie in its buffer. */
export interface StridedView {
  readonly offset: number;
  readonly steps: readonly number[];
}

/**
 * Plans a copy from the buffer `x` to the buffer `y`: transpositions, slices, flips, broadcasts, and the parts of
 * concatenations and paddings.
 */
export function planCopy(copy: StridedCopy): KernelPlan {
  const { bytesPerElement } = copy;
  const { sizes, source, target } = copy;
  const axes = sizes.map((size, i) => ({
    size,
    from: source.steps[i]! * bytesPerElement,
    to: target.steps[i]! * bytesPerElement,
  }));
  // Elements of 8 bytes are pairs of 4.
  if (bytesPerElement === 8) axes.push({ size: 2, from: 4, to: 4 });
  const job: Job = {
    axes: merged(axes),
    from: source.offset * bytesPerElement,
    to: target.offset * bytesPerElement,
    bytes: bytesPerElement === 1 ? 1 : 4,
  };
  return { calls: axes.some((axis) => axis.size === 0) ? [] : callsOf(job), shared: 0 };
}

/** Plans `y = transpose(x)`: axis `i` of the result is axis `permutation[i]` of `shape`. */
export function planTranspose(
  shape: readonly number[],
  permutation: readonly number[],
  bytesPerElement: 1 | 4 | 8 = 4,
): KernelPlan {
  const sizes = permutation.map((axis) => shape[axis]!);
  const from = denseSteps(shape);
  const source = { offset: 0, steps: permutation.map((axis) => from[axis]!) };
  return planCopy({ sizes, source, target: { offset: 0, steps: denseSteps(sizes) }, bytesPerElement });
}

function denseSteps(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

interface Axis {
  readonly size: number;
  /** Bytes from element to element in source and target. */
  readonly from: number;
  readonly to: number;
}

interface Job {
  readonly axes: readonly Axis[];
  readonly from: number;
  readonly to: number;
  readonly bytes: 1 | 4;
}

/** Axes in order of the target, those of size 1 gone, neighbours that continue each other joined. */
function merged(axes: readonly Axis[]): Axis[] {
  const sorted = axes.filter((axis) => axis.size !== 1).sort((a, b) => Math.abs(b.to) - Math.abs(a.to));
  const result: Axis[] = [];
  for (const axis of sorted) {
    const outer = result.at(-1);
    if (outer && outer.from === axis.from * axis.size && outer.to === axis.to * axis.size) {
      result[result.length - 1] = { ...axis, size: outer.size * axis.size };
    } else result.push(axis);
  }
  return result;
}

function callsOf(job: Job): KernelCall[] {
  const { axes, bytes } = job;
  const dense = axes.findIndex((axis) => axis.from === bytes && axis.to === bytes);
  if (dense >= 0 || axes.length === 0) return runs(job, dense);
  const [rows, columns] = [axes.findIndex((axis) => axis.from === 4), axes.findIndex((axis) => axis.to === 4)];
  const matrix = bytes === 4 && rows >= 0 && columns >= 0 && axes[rows]!.size >= 4 && axes[columns]!.size >= 4;
  return matrix ? matrices(job, rows, columns) : lines(job);
}

function runs(job: Job, dense: number): KernelCall[] {
  const bytes = (job.axes[dense]?.size ?? 1) * job.bytes;
  return overOuter(job, [dense], (outer, count) =>
    kernelCall(copyRuns, { ...outer, bytes }, { extent: count, workspace: 0, work: count * Math.ceil(bytes / 4) }),
  );
}

function lines(job: Job): KernelCall[] {
  const last = job.axes.length - 1;
  const { size, from, to } = job.axes[last]!;
  const args = { count: size, sourceStep: from, targetStep: to, bytes: job.bytes };
  return overOuter(job, [last], (outer, count) =>
    kernelCall(copyElements, { ...outer, ...args }, { extent: count, workspace: 0, work: count * size }),
  );
}

function matrices(job: Job, rows: number, columns: number): KernelCall[] {
  const [row, column] = [job.axes[rows]!, job.axes[columns]!];
  const args = {
    rows: row.size,
    columns: column.size,
    sourceStep: column.from,
    targetStep: row.to,
    rowBlock: ROW_BLOCK,
  };
  const blocks = Math.ceil(row.size / ROW_BLOCK);
  return overOuter(job, [rows, columns], (outer, count) =>
    kernelCall(
      copyTransposed,
      { ...outer, ...args },
      { extent: count * blocks, workspace: 0, work: count * row.size * column.size },
    ),
  );
}

const ROW_BLOCK = 64;

type OuterArgs = Parameters<typeof kernelCall<(typeof copyRuns)['params']>>[1];

/** One call over the four innermost of the axes that are left, for every index of those beyond. */
function overOuter(
  job: Job,
  inner: readonly number[],
  make: (outer: Omit<OuterArgs, 'bytes'>, count: number) => KernelCall,
): KernelCall[] {
  const left = job.axes.filter((_, i) => !inner.includes(i));
  const beyond = left.slice(0, Math.max(0, left.length - 4));
  const four = [UNIT, UNIT, UNIT, UNIT, ...left.slice(beyond.length)].slice(-4) as [Axis, Axis, Axis, Axis];
  const [a, b, c, d] = four;
  const count = a.size * b.size * c.size * d.size;
  let starts = [{ from: job.from, to: job.to }];
  for (const { size, from, to } of beyond) {
    starts = starts.flatMap((start) =>
      Array.from({ length: size }, (_, i) => ({ from: start.from + i * from, to: start.to + i * to })),
    );
  }
  return starts.map((start) =>
    make(
      {
        ...{ source: place('x', start.from), target: place('y', start.to) },
        ...{ size0: a.size, size1: b.size, size2: c.size, size3: d.size },
        ...{ sourceStep0: a.from, sourceStep1: b.from, sourceStep2: c.from, sourceStep3: d.from },
        ...{ targetStep0: a.to, targetStep1: b.to, targetStep2: c.to, targetStep3: d.to },
      },
      count,
    ),
  );
}

const UNIT: Axis = { size: 1, from: 0, to: 0 };
