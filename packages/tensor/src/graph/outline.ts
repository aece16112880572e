// The structure of a graph without its values: what the cache of executables is looked up by.
import type { AnyOp } from '../op.ts';
import { type Spec, sameShape } from '../spec.ts';
import { attrsKey } from './attrs.ts';
import type { Attrs, AttrValue } from './graph.ts';
import type { Node } from './node.ts';
import { postOrder } from './order.ts';

/** Ops, operands and specs in execution order. Holds no nodes, so that a cache of outlines keeps no tensors alive. */
export interface Outline {
  readonly hash: number;
  readonly ops: readonly (AnyOp | null)[];
  readonly operands: readonly (readonly number[])[];
  readonly attrs: readonly Attrs[];
  readonly specs: readonly Spec[];
  readonly roots: readonly number[];
}

/** The outline of a graph, and its leaves in the order they appear. */
export function outlineOf(roots: readonly Node[]): { outline: Outline; leaves: Node[]; order: readonly Node[] } {
  const order = postOrder(roots);
  const numbers = new Map(order.map((node, i) => [node, i] as const));
  const operands = order.map((node) => node.inputs.map((input) => numbers.get(input)!));
  let hash = order.length;
  order.forEach((node, i) => {
    const name = node.op?.definition.name ?? '';
    hash = Math.imul(hash ^ name.length ^ (name.charCodeAt(0) << 8) ^ (name.charCodeAt(1) << 16), 0x01000193);
    for (const operand of operands[i]!) hash = Math.imul(hash ^ operand, 0x01000193);
    for (const size of node.spec.shape) hash = Math.imul(hash ^ size, 0x01000193);
  });
  const outline = {
    hash,
    ops: order.map((node) => node.op),
    operands,
    attrs: order.map((node) => node.attrs),
    specs: order.map((node) => node.spec),
    roots: roots.map((root) => numbers.get(root)!),
  };
  return { outline, leaves: order.filter((node) => node.isLeaf), order };
}

/** True when two graphs have one structure. */
export function sameOutline(a: Outline, b: Outline): boolean {
  return sameBones(a, b) && a.attrs.every((attrs, i) => sameAttrs(attrs, b.attrs[i]!));
}

/** What tells two graphs apart that differ in attrs only, `mul: value=0.1 became value=0.2`; `null` for all others. */
export function attrDifference(before: Outline, after: Outline): string | null {
  if (!sameBones(before, after)) return null;
  const at = after.attrs.findIndex((attrs, i) => !sameAttrs(attrs, before.attrs[i]!));
  if (at < 0) return null;
  const [old, now] = [before.attrs[at]!, after.attrs[at]!];
  const changed = Object.keys(now).filter((key) => !sameAttrs({ key: old[key]! }, { key: now[key]! }));
  const only = (attrs: Attrs): string => attrsKey(Object.fromEntries(changed.map((key) => [key, attrs[key]!])));
  return `${after.ops[at]!.definition.name}: ${only(old)} became ${only(now)}`;
}

/** Everything but attrs. */
function sameBones(a: Outline, b: Outline): boolean {
  return (
    a.hash === b.hash &&
    sameShape(a.roots, b.roots) &&
    a.ops.length === b.ops.length &&
    a.ops.every(
      (op, i) =>
        op === b.ops[i] &&
        sameShape(a.operands[i]!, b.operands[i]!) &&
        a.specs[i]!.dtype === b.specs[i]!.dtype &&
        sameShape(a.specs[i]!.shape, b.specs[i]!.shape),
    )
  );
}

/** True when two attr values are equal by structure; NaN equals itself, 0 differs from -0. */
function sameAttr(a: AttrValue, b: AttrValue): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((value: AttrValue, i) => sameAttr(value, b[i] as AttrValue));
}

/** True when two sets of attrs are equal by structure. */
export function sameAttrs(a: Attrs, b: Attrs): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && sameAttr(a[key]!, b[key]!));
}
