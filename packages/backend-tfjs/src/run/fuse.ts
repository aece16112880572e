// A product, a bias and a rectifier as one call of a fused kernel.
import { type Instruction, type Spec, sizeOf } from '@nablajs/tensor';
import { convolution } from '../lower/conv.ts';
import type { Call } from '../lower/lowering.ts';
import { product } from '../lower/product.ts';
import type { Code, Unit } from './unit.ts';

/** The products of a graph that can take over what follows them. */
export function fuseProducts(graph: Code): Unit[] {
  // Of two products that are added, one takes the sum over, the other is its bias.
  const taken = new Set<number>();
  const free = (follower: number | null): number | null => (follower === null || taken.has(follower) ? null : follower);
  return graph.code.flatMap((instruction, position): Unit[] => {
    if (!isProduct(graph, instruction)) return [];
    const covers = [position];
    let bias: number | undefined;
    let follower = free(onlyReader(graph, position));
    if (follower !== null) {
      bias = biasOf(graph, follower, position);
      if (bias !== undefined) {
        covers.push(follower);
        follower = free(onlyReader(graph, follower));
      }
    }
    const rectified = follower !== null && graph.code[follower]!.op === 'relu';
    if (rectified) covers.push(follower!);
    for (const covered of covers) taken.add(covered);
    return covers.length === 1 ? [] : [unitOf(graph, instruction, covers, bias, rectified)];
  });
}

function isProduct(graph: Code, { op, operands, attrs, spec }: Instruction): boolean {
  if (spec.dtype !== 'float32' || [spec, ...operands.map(graph.specOf)].some(({ shape }) => sizeOf(shape) === 0)) {
    return false;
  }
  return op === 'matmul' || (op === 'conv' && attrs['groups'] === 1 && spec.shape.length <= 4);
}

/** The one instruction that reads a value nobody else wants. */
function onlyReader(graph: Code, position: number): number | null {
  const value = graph.first + position;
  const readers = graph.readers(value);
  return readers.length === 1 && !graph.isOutput(value) ? readers[0]! : null;
}

/** What `reader` adds to the last axis of the product, if that is what it does. */
function biasOf(graph: Code, reader: number, position: number): number | undefined {
  const { op, operands, spec } = graph.code[reader]!;
  const value = graph.first + position;
  if (op !== 'add' || operands[0] === operands[1]) return undefined;
  const other = operands[0] === value ? operands[1]! : operands[0]!;
  const made = graph.specOf(value);
  const fits = (bias: Spec): boolean =>
    sizeOf(bias.shape) === made.shape.at(-1) && bias.shape.at(-1) === made.shape.at(-1);
  // The bias must be there when the product runs, which is at the place of the last instruction.
  return fits(graph.specOf(other)) &&
    sizeOf(spec.shape) === sizeOf(made.shape) &&
    spec.shape.length === made.shape.length
    ? other
    : undefined;
}

function unitOf(
  graph: Code,
  { op, attrs, operands, spec }: Instruction,
  covers: readonly number[],
  bias: number | undefined,
  rectified: boolean,
): Unit {
  const activation = rectified ? 'relu' : 'linear';
  const run = op === 'matmul' ? product : convolution;
  const call: Call = { op, attrs, operands: operands.map(graph.specOf), spec };
  const lower: Unit['lower'] = (machine, [a, b, added]) =>
    run(machine, [a!, b!], call, {
      activation,
      ...(added ? { bias: machine.reshape(added, [spec.shape.at(-1)!]) } : {}),
    });
  return {
    call: { ...call, op: covers.map((position) => graph.code[position]!.op).join('+') },
    lower,
    operands: bias === undefined ? operands : [...operands, bias],
    results: [graph.first + covers.at(-1)!],
    covers,
  };
}
