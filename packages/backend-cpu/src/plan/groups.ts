// Which elementwise ops and folds share a loop.
//
// Every node gets a level such that any path from one node of a level to another of the same level runs through edges that
// a loop can swallow. So nodes of one level that are connected by such edges can be one loop, and no cycle can arise.
import { sizeOf } from '@nablajs/tensor';
import { type Cuts, cutsOf, refine } from './domain.ts';
import { isWhole, type MapNode, type NodeGraph, type Operand, type PlanNode, type ReduceNode } from './node.ts';

/** A node that a loop computes. */
export type LoopNode = MapNode | ReduceNode;

/** Nodes that one loop computes, in execution order. */
export interface Group {
  readonly nodes: readonly LoopNode[];
  readonly cuts: Cuts;
}

/** Nodes beyond which a loop is cut in two: registers, instruction cache and compile time have their limits. */
const MOST_NODES = 48;
/** Different streams of memory a loop reads. */
const MOST_OPERANDS = 20;

/** True for nodes that loops compute. */
export function isLoop(node: PlanNode): node is LoopNode {
  return node.kind === 'map' || node.kind === 'reduce';
}

/** The elements a loop node visits. */
export function domainOf(node: LoopNode): readonly number[] {
  return node.kind === 'map' ? node.spec.shape : node.operands[0]!.shape;
}

/** True when the loop that computes `node` could compute this operand on the way. */
export function fuses(node: LoopNode, operand: Operand): boolean {
  const { base } = operand;
  const domain = domainOf(node);
  return (
    base.kind === 'map' &&
    isWhole(operand) &&
    sizeOf(operand.shape) === sizeOf(domain) &&
    refine(cutsOf(base.spec.shape), cutsOf(domain)) !== null
  );
}

/** Groups all loop nodes of a graph. */
export function groupsOf({ nodes }: NodeGraph): Group[] {
  const levels = levelsOf(nodes);
  const parents = new Map<LoopNode, LoopNode>();
  const find = (node: LoopNode): LoopNode => {
    let root = node;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    if (root !== node) parents.set(node, root);
    return root;
  };
  const union = (a: LoopNode, b: LoopNode): void => {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parents.set(x, y);
  };
  const readers = new Map<string, LoopNode>();
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  for (const node of nodes) {
    if (!isLoop(node)) continue;
    const size = sizeOf(domainOf(node));
    for (const operand of node.operands) {
      if (fuses(node, operand) && levels.get(operand.base) === levels.get(node)) union(node, operand.base as LoopNode);
      else if (isWhole(operand) && sizeOf(operand.shape) === size && size > 1) {
        // Readers of the same memory go over it together.
        const key = `${numbers.get(operand.base)}@${levels.get(node)}`;
        const other = readers.get(key);
        if (other) union(node, other);
        else readers.set(key, node);
      }
    }
  }
  const members = new Map<LoopNode, LoopNode[]>();
  for (const node of nodes) {
    if (!isLoop(node)) continue;
    const root = find(node);
    const list = members.get(root);
    if (list) list.push(node);
    else members.set(root, [node]);
  }
  return [...members.values()].flatMap(separate);
}

function levelsOf(nodes: readonly PlanNode[]): Map<PlanNode, number> {
  const levels = new Map<PlanNode, number>();
  const users = new Map<PlanNode, { readonly node: PlanNode; readonly fused: boolean }[]>();
  for (const node of nodes) {
    let level = 0;
    for (const operand of node.operands) {
      const { base } = operand;
      const fused = isLoop(node) && fuses(node, operand);
      const computed = base.operands.length > 0 || base.kind === 'map';
      level = Math.max(level, fused || !computed ? levels.get(base)! : levels.get(base)! + 1);
      const list = users.get(base);
      if (list) list.push({ node, fused });
      else users.set(base, [{ node, fused }]);
    }
    levels.set(node, level);
  }
  // Elementwise work waits for its first reader, if it can be done in the same loop.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const readers = users.get(node);
    if (node.kind !== 'map' || !readers?.some(({ fused }) => fused)) continue;
    const latest = readers.map(({ node: reader, fused }) => levels.get(reader)! - Number(!fused));
    levels.set(node, Math.min(...latest));
  }
  return levels;
}

interface Growing {
  readonly nodes: LoopNode[];
  readonly members: Set<PlanNode>;
  cuts: Cuts;
  /** What its folds add up. */
  pattern: string | null;
  operands: Set<PlanNode>;
}

/** Cuts connected nodes into loops that are possible and not too long. A cut follows execution order. */
function separate(nodes: readonly LoopNode[]): Group[] {
  const groups: Growing[] = [];
  const folds: LoopNode[] = [];
  for (const node of nodes) {
    const last = groups.at(-1);
    const pattern = patternOf(node);
    if (last && pattern !== null && last.pattern !== null && pattern !== last.pattern) {
      folds.push(node);
      continue;
    }
    const cuts = last ? refine(last.cuts, cutsOf(domainOf(node))) : null;
    const outside = node.operands.flatMap(({ base }) => (last?.members.has(base) ? [] : [base]));
    const operands = new Set([...(last?.operands ?? []), ...outside]);
    if (last && cuts !== null && last.nodes.length < MOST_NODES && operands.size <= MOST_OPERANDS) {
      last.nodes.push(node);
      last.members.add(node);
      last.cuts = cuts;
      last.pattern ??= pattern;
      last.operands = operands;
    } else {
      groups.push({
        nodes: [node],
        members: new Set([node]),
        cuts: cutsOf(domainOf(node)),
        pattern,
        operands: new Set(node.operands.map(({ base }) => base)),
      });
    }
  }
  // Folds over other axes read what the loop stored. Nothing at this level reads them.
  return folds.length > 0 ? [...groups, ...separate(folds)] : groups;
}

/** Which elements a fold adds up, `null` for nodes that do not fold. */
function patternOf(node: LoopNode): string | null {
  if (node.kind !== 'reduce') return null;
  const axes = node.attrs['axes'] as readonly number[];
  const shape = domainOf(node);
  const spans: [number, number][] = [];
  let inner = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const outer = inner * shape[axis]!;
    const last = spans.at(-1);
    if (outer > inner && axes.includes(axis)) {
      if (last?.[1] === inner) last[1] = outer;
      else spans.push([inner, outer]);
    }
    inner = outer;
  }
  return spans.join(';');
}
