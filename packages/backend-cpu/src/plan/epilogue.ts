// A bias and a ReLU after a product cost nothing while its result is still in registers.
import { stridesOf } from '@nablajs/tensor';
import type { KernelNode, MapNode, NodeGraph, Operand, PlanNode } from './node.ts';
import { isWhole } from './node.ts';
import { readersOf, rewrite } from './rewrite.ts';

interface Chain {
  readonly kernel: KernelNode;
  readonly bias: Operand | null;
  readonly relu: boolean;
}

/** Lets kernels that can do so add biases and apply ReLU, where nobody else reads what lies between. */
export function fuseEpilogues({ nodes, outputs }: NodeGraph): NodeGraph {
  const readers = readersOf(nodes);
  const kept = new Set(outputs);
  const chains = new Map<PlanNode, Chain>();
  const absorbed = new Set<PlanNode>();
  const taken = new Set<PlanNode>();
  /** The one elementwise node that reads all of a node, if there is just one reader. */
  const onlyReader = (node: PlanNode): MapNode | null => {
    const [reader, ...others] = readers.get(node) ?? [];
    return reader?.kind === 'map' && others.length === 0 && !kept.has(node) ? reader : null;
  };
  for (const kernel of nodes) {
    if (kernel.kind !== 'kernel' || !kernel.lowering.epilogue) continue;
    let end: PlanNode = kernel;
    const chain = { kernel, bias: null as Operand | null, relu: false };
    const adder = onlyReader(end);
    // Of two products that are added, one may be the bias of the other, but not both.
    if (adder?.op === 'add' && !taken.has(adder)) {
      chain.bias = otherOperand(adder, end, (operand) => isBias(operand, kernel));
      if (chain.bias) {
        end = adder;
        taken.add(adder);
      }
    }
    const bound = onlyReader(end);
    if (bound?.op === 'maximum' && otherOperand(bound, end, isZero)) {
      chain.relu = true;
      end = bound;
    }
    if (end === kernel) continue;
    chains.set(end, chain);
    absorbed.add(kernel);
    if (chain.relu && adder && chain.bias) absorbed.add(adder);
  }
  return rewrite({ nodes, outputs }, (node, renew) => {
    if (absorbed.has(node)) return [];
    const chain = chains.get(node);
    if (!chain) return [{ ...node, operands: renew(node.operands) }];
    const { kernel, bias, relu } = chain;
    const operands = renew(bias ? [...kernel.operands, bias] : kernel.operands);
    return [{ ...kernel, spec: node.spec, operands, epilogue: { bias: bias !== null, relu } }];
  });
}

/** The operand beside `node`, read whole, if it is of the wanted kind. */
function otherOperand(reader: MapNode, node: PlanNode, wanted: (operand: Operand) => boolean): Operand | null {
  const [a, b] = reader.operands as [Operand, Operand];
  const [own, other] = a.base === node ? [a, b] : [b, a];
  return isWhole(own) && wanted(other) ? other : null;
}

/** One value per column of a kernel's result, which the last axes may share: a column of a head, for example. */
function isBias({ base, layout, shape }: Operand, kernel: KernelNode): boolean {
  const columns = kernel.result.shape.at(-1)!;
  const dense = stridesOf(shape);
  const covered = shape.findIndex((size, axis) => size * dense[axis]! === columns);
  if (base.kind === 'source' || covered < 0) return false;
  return layout.strides.every((stride, axis) => shape[axis] === 1 || stride === (axis < covered ? 0 : dense[axis]!));
}

function isZero({ base, layout }: Operand): boolean {
  return base.kind === 'source' && layout.offset === 0 && layout.strides.every((stride) => stride === 0);
}
