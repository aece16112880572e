// What a step leaves for the next one holds no denormal numbers. Momenta of weights whose gradients have become zero shrink by
// a factor a step until they are denormal, and stay so for ever, where each of them costs as much as a hundred others: a network
// with dead units would learn at half its speed. Processors can be told to take such numbers for zero, WebAssembly cannot.
import { type Spec, sameShape } from '@nablajs/tensor';
import type { MapLowering } from '../ops/lowering.ts';
import { i32x4, v128 } from '../wasm/index.ts';
import { type MapNode, type NodeGraph, type PlanNode, whole } from './node.ts';

/** Gives new values of states, floats that may lie over a donated input, zero where they are smaller than 2^-126. */
export function flushStates({ nodes, outputs }: NodeGraph, donated: readonly Spec[]): NodeGraph {
  const states = new Set(outputs.filter((node) => isState(node, donated)));
  const flushed = new Map<PlanNode, PlanNode>();
  const all = nodes.flatMap((node) => {
    if (!states.has(node)) return [node];
    const zero = flush(node);
    flushed.set(node, zero);
    return [node, zero];
  });
  return { nodes: all, outputs: outputs.map((node) => flushed.get(node) ?? node) };
}

function isState({ kind, op, spec }: PlanNode, donated: readonly Spec[]): boolean {
  const isComputed = kind === 'map' && op !== 'copy' && spec.dtype === 'float32';
  return isComputed && donated.some(({ dtype, shape }) => dtype === spec.dtype && sameShape(shape, spec.shape));
}

function flush(base: PlanNode): MapNode {
  return { kind: 'map', op: 'flush', spec: base.spec, attrs: {}, operands: [whole(base)], lowering: FLUSH };
}

/** All bits but the sign, and those of the smallest normal number. */
const [MAGNITUDE, SMALLEST] = [0x7fffffff, 0x00800000];

const FLUSH: MapLowering = {
  kind: 'map',
  cost: 4,
  emit: ({ f }, [x]) => {
    const magnitude = f.let(i32x4.const(MAGNITUDE));
    const isSmall = i32x4.ltS(v128.and(x!, magnitude), i32x4.const(SMALLEST));
    return v128.andNot(x!, v128.and(isSmall, magnitude));
  },
};
