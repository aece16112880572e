// Values that are known before anything runs: shapes, axes, sizes. They are computed on the host, by the definitions of
// the ops themselves, so that every operator folds and none has to be written twice.
import {
  FormatError,
  formatSpec,
  type HostArray,
  hostArray,
  isFloat,
  type Node,
  sizeOf,
  Tensor,
} from '@nablajs/tensor';
import { referenceOf } from '@nablajs/tensor/references';

/** What decides shapes is small. Anything larger is data, or an attack. */
const LARGEST = 1 << 20;

const known = new WeakMap<Node, HostArray | null>();

/** The values of a tensor that depends on no input and no weight, or `null`. */
export function knownValues(x: Tensor): HostArray | null {
  return valuesOf(x.node);
}

/** Whole numbers that must be known before the graph runs. Throws FormatError naming what they are for. */
export function knownNumbers(x: Tensor, what: string): number[] {
  const values = knownValues(x);
  if (values !== null) return Array.from(values);
  throw new FormatError(
    `${what} depends on the data. Nabla's shapes are known before a graph runs; export the model with fixed sizes, or simplify it first.`,
  );
}

function valuesOf(root: Node): HostArray | null {
  // Iterative: files may hold chains of any length.
  const stack = [root];
  while (stack.length > 0) {
    const node = stack.at(-1)!;
    if (known.has(node)) {
      stack.pop();
      continue;
    }
    const waiting = node.inputs.filter((input) => !known.has(input));
    if (waiting.length > 0) {
      stack.push(...waiting);
      continue;
    }
    stack.pop();
    known.set(node, compute(node));
  }
  return known.get(root)!;
}

function compute(node: Node): HostArray | null {
  if (node.op === null) return node.source?.kind === 'host' ? node.source.data : null;
  const inputs = node.inputs.map((input) => known.get(input)!);
  if (inputs.includes(null as never)) return null;
  if (sizeOf(node.spec.shape) > LARGEST) {
    throw new FormatError(
      `a constant expression of the graph is ${formatSpec(node.spec)}, more than ${LARGEST} elements. Is the file damaged?`,
    );
  }
  const { definition } = node.op;
  if (definition.alias !== undefined) return inputs[definition.alias]!;
  const reference = referenceOf(node.op);
  if (reference) {
    const values = reference({
      inputs: inputs.map((values, i) => (isFloat(node.inputs[i]!.spec.dtype) ? Float64Array.from(values) : values)),
      specs: node.inputs.map(({ spec }) => spec),
      attrs: node.attrs,
      spec: node.spec,
    });
    const result = hostArray(node.spec.dtype, values.length);
    result.set(values);
    return result;
  }
  const smaller = definition.decompose!(
    node.inputs.map((input) => new Tensor(input)),
    node.attrs,
  );
  return valuesOf(smaller.node);
}
