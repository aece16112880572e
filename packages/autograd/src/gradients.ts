// Reverse mode, from graph to graph: walk backwards from the loss, asking each op for the gradients of its inputs.
import {
  formatSpec,
  full,
  fullPrecision,
  GradientError,
  isFloat,
  type Node,
  postOrder,
  sameShape,
  type Tensor,
  Variable,
  zeros,
} from '@nablajs/tensor';
import { gradientOf } from '@nablajs/tensor/gradients';

/** What one may differentiate with respect to. */
export type Target = Tensor | Variable;

/**
 * Gradients of a scalar with respect to tensors or variables, as tensors of the targets' specs; zeros where the scalar
 * does not depend on a target.
 * @param of a float tensor with one element
 * @throws GradientError when `of` is no float scalar, when an op on the way has no gradient, or when a value on the way
 * was already computed and its history dropped
 * @example
 * const [dw, db] = gradients(loss, [w, b]);
 */
export function gradients(of: Tensor, withRespectTo: readonly Target[]): Tensor[] {
  if (of.size !== 1 || !isFloat(of.dtype)) {
    throw new GradientError(
      `gradients: needs a float scalar to differentiate, got ${formatSpec(of.spec)}. Reduce it first, for example with sum() or mean(), or use vjp or jacobian.`,
    );
  }
  return pullBack(of, full(of.shape, 1, of.dtype), withRespectTo);
}

/** Gradients of `sum(dy * of)`: the vector-Jacobian product on which everything here is built. */
export function pullBack(of: Tensor, dy: Tensor, withRespectTo: readonly Target[]): Tensor[] {
  const targets = withRespectTo.map((target) => (target instanceof Variable ? target.value.node : target.node));
  const wanted = new Set(targets);
  const found = accumulate(of, dy, wanted, { ends: NONE, isCut: (node) => isCut(node, wanted) });
  return targets.map((target) => found.get(target) ?? zeros(target.spec.shape, target.spec.dtype));
}

interface Walk {
  /** Nodes below which the walk does not go. */
  readonly ends: ReadonlySet<Node>;
  /** A value through which a gradient would be lost. */
  readonly isCut: (node: Node) => boolean;
}

const NONE: ReadonlySet<Node> = new Set();

/** Gradients of all nodes between `of` and the targets. */
function accumulate(of: Tensor, dy: Tensor, targets: ReadonlySet<Node>, { ends, isCut }: Walk): Map<Node, Tensor> {
  const isLeaf = (node: Node): boolean => node.isLeaf || ends.has(node);
  const order = postOrder([of.node], isLeaf);
  const active = new Set<Node>();
  for (const node of order) {
    const reaches = !isLeaf(node) && node.inputs.some((input) => active.has(input));
    if (reaches || targets.has(node) || isCut(node)) active.add(node);
  }
  const total = new Map<Node, Tensor>([[of.node, dy]]);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!;
    const gradient = total.get(node);
    if (!gradient || !active.has(node)) continue;
    if (isCut(node)) throw cutError(node);
    if (isLeaf(node) || !node.inputs.some((input) => active.has(input))) continue;
    const parts = (): readonly (Tensor | null)[] => inputGradients(of, node, gradient, active);
    (node.fullPrecision ? fullPrecision(parts) : parts()).forEach((part, position) => {
      const input = node.inputs[position]!;
      if (!part || !active.has(input)) return;
      checkPart(node, input, part);
      const before = total.get(input);
      total.set(input, before ? before.add(part) : part);
    });
  }
  return total;
}

function inputGradients(like: Tensor, node: Node, dy: Tensor, active: ReadonlySet<Node>): readonly (Tensor | null)[] {
  const op = node.op!;
  const { definition } = op;
  const rule = gradientOf(op);
  const inputs = node.inputs.map((input) => like.derive(input));
  if (rule) return rule({ dy, inputs, output: like.derive(node), attrs: node.attrs });
  if (!definition.decompose) {
    throw new GradientError(
      `'${definition.name}' has no gradient: its definition has neither vjp nor decompose. ` +
        'Add a vjp, or cut the path with stopGradient.',
      { op: definition.name, path: node.path || undefined, site: node.site },
    );
  }
  // Through the meaning. Equal nodes are merged later, so nothing is computed twice.
  const meaning = definition.decompose(inputs, node.attrs);
  // It ends at the operands: when one depends on another, the walk outside takes the gradient on.
  const wanted = new Set(node.inputs.filter((input) => active.has(input)));
  const inner = accumulate(meaning, dy, wanted, { ends: new Set(node.inputs), isCut: () => false });
  return node.inputs.map((input, position) =>
    node.inputs.indexOf(input) === position ? (inner.get(input) ?? null) : null,
  );
}

function checkPart(node: Node, input: Node, part: Tensor): void {
  if (part.dtype === input.spec.dtype && sameShape(part.shape, input.spec.shape)) return;
  throw new GradientError(
    `the vjp of '${node.op!.definition.name}' returned ${formatSpec(part.spec)} for an input that is ${formatSpec(input.spec)}. A gradient has its input's spec.`,
    { op: node.op!.definition.name, path: node.path || undefined, site: node.site },
  );
}

/** Reading a value drops its history; a gradient through it to a target would silently be wrong. */
function isCut({ history }: Node, targets: ReadonlySet<Node>): boolean {
  if (!history) return false;
  for (const target of targets) if (history.restsOn(target)) return true;
  return false;
}

function cutError({ spec, history }: Node): GradientError {
  return new GradientError(
    `a value on the way (${formatSpec(spec)}) was computed${history!.site ? ` at ${history!.site}` : ''} before its gradient was taken, ` +
      'which drops how it was made. Take gradients first and read values afterwards, or use valueAndGrad.',
  );
}
