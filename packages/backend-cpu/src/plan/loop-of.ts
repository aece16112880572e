import type { LoopOperand, LoopResult, Term } from '../fuse/loop.ts';
import { type Cuts, dimsOf, spread } from './domain.ts';
import { domainOf, type Group, type LoopNode } from './groups.ts';
import { loopStep } from './loop-step.ts';
import type { Operand, PlanNode } from './node.ts';
import type { LoopStep } from './task.ts';

/** An operand as a term of a loop that does not compute it: memory, an index, or a number. */
export function memoryOrIndex(
  { base, layout, shape }: Operand,
  cuts: Cuts,
  position: number,
): { readonly term: Term; readonly operands: readonly LoopOperand[] } {
  const { dtype } = base.spec;
  const strides = spread(shape, layout.strides, cuts, (stride, by) => stride * by);
  const index = base.kind === 'source';
  if (index && strides.every((stride, d) => stride === 0 || dimsOf(cuts)[d] === 1)) {
    return { term: { kind: 'number', value: layout.offset, dtype }, operands: [] };
  }
  const operand: LoopOperand = { kind: index ? 'index' : 'memory', dtype, offset: layout.offset, strides };
  return { term: { kind: 'operand', operand: position }, operands: [operand] };
}

/** The loop that computes a group and stores what others need. */
export function loopOf({ nodes, cuts }: Group, stored: ReadonlySet<PlanNode>): LoopStep {
  const operands: LoopOperand[] = [];
  const bases: (PlanNode | null)[] = [];
  const terms: Term[] = [];
  const termOf = new Map<PlanNode, number>();
  const external = new Map<PlanNode, { readonly key: string; readonly term: number }[]>();

  const read = (operand: Operand): number => {
    const inside = termOf.get(operand.base);
    if (inside !== undefined) return inside;
    const known = external.get(operand.base) ?? [];
    external.set(operand.base, known);
    const { term, operands: more } = memoryOrIndex(operand, cuts, operands.length);
    const key = JSON.stringify(more.length > 0 ? more : String((term as { value: number }).value));
    const same = known.find((entry) => entry.key === key);
    if (same) return same.term;
    operands.push(...more);
    for (const { kind } of more) bases.push(kind === 'memory' ? operand.base : null);
    const position = terms.push(term) - 1;
    known.push({ key, term: position });
    return position;
  };

  const equal = new Map<string, number>();
  const results: LoopResult[] = [];
  const targets: PlanNode[] = [];
  for (const node of nodes) {
    const args = node.operands.map(read);
    if (node.kind === 'reduce') {
      const { op, lowering, spec } = node;
      results.push({ kind: 'fold', op, term: args[0]!, dtype: spec.dtype, lowering });
      targets.push(node);
      continue;
    }
    const from = node.operands[0]!.base.spec.dtype;
    const call = { from, to: node.spec.dtype, attrs: node.attrs };
    const key = JSON.stringify([node.op, args, call]);
    const term = equal.get(key) ?? terms.push({ kind: 'map', op: node.op, lowering: node.lowering, args, call }) - 1;
    equal.set(key, term);
    termOf.set(node, term);
    if (!stored.has(node)) continue;
    results.push({ kind: 'store', term, offset: 0, strides: cuts.map((_, i) => cuts[i + 1] ?? 1) });
    targets.push(node);
  }
  const dims = dimsOf(cuts);
  const loop = { dims, reduced: reducedDims(nodes, cuts), operands, terms, results, padded: true };
  return loopStep(loop, bases, targets);
}

function reducedDims(nodes: readonly LoopNode[], cuts: Cuts): boolean[] {
  const fold = nodes.find(({ kind }) => kind === 'reduce');
  if (!fold) return cuts.map(() => false);
  const axes = fold.attrs['axes'] as readonly number[];
  const shape = domainOf(fold);
  return spread(
    shape,
    shape.map((_, axis) => axes.includes(axis)),
    cuts,
    (reduced) => reduced,
  );
}
