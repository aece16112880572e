// Whether a program has loops that may be chained, asked before what chains them is loaded.
import { sizeOf } from '@nablajs/tensor';
import type { PlanNode } from './node.ts';
import type { Task } from './task.ts';

/** When loops are chained, in bytes and blocks. Tests chain everything. */
export const chaining: {
  /** Values from this size on are worth coming back to before they leave the caches. */
  large: number;
  /** What a block may touch, if it is more than one row. */
  block: number;
  /** With fewer blocks, threads would be left without work. */
  fewest: number;
} = { large: 65536, block: 65536, fewest: 8 };

/** True when several loops touch the same large value. */
export function mayChain(tasks: readonly Task[]): boolean {
  const touched = new Set<PlanNode>();
  return tasks.some(({ steps: [step], reads, writes }) => {
    if (step?.kind !== 'loop') return false;
    const large = [...reads, ...writes].filter(isLarge);
    const again = large.some((node) => touched.has(node));
    for (const node of large) touched.add(node);
    return again;
  });
}

/** Whether a value is worth coming back to. */
export function isLarge(node: PlanNode): boolean {
  return bytesOf(node) >= chaining.large;
}

/** Bytes of a value. */
export function bytesOf({ spec }: PlanNode): number {
  return sizeOf(spec.shape) * 4;
}
