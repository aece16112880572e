// Sums of products by a formula, in terms of sums, transposes and matrix products.
import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape, sizeOf } from '../spec.ts';
import type { Tensor } from '../tensor.ts';

/** A tensor whose axes have names. */
interface Term {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

/**
 * Products of tensors summed over the axes that the result does not name: `'ij,jk->ik'` is a matrix product, `'bij->bji'` a
 * transpose, `'bqd,bkd->bqk'` the scores of attention. `...` stands for any number of axes, aligned at their ends and
 * broadcast, and summed over where the result has none. Without `->` the result has the axes named once, in alphabetical order. Operands are combined from left to right.
 * @throws ConfigError for a formula that cannot be read, or names an axis of an operand twice; ShapeError for sizes that do not match
 * @example einsum('...x,xy->...y', inputs, kernel)
 */
export function einsum(equation: string, ...operands: readonly Tensor[]): Tensor {
  const { terms, output } = parse(equation, operands);
  checkSizes(equation, terms);
  const [first, ...rest] = terms as [Term, ...Term[]];
  let result = first;
  for (const [i, term] of rest.entries()) {
    const later = new Set([...output, ...rest.slice(i + 1).flatMap(({ labels }) => labels)]);
    result = product(summedTo(result, later, term.labels), summedTo(term, later, result.labels), later);
  }
  return arranged(summedTo(result, new Set(output), []), output).x;
}

function parse(equation: string, operands: readonly Tensor[]): { terms: readonly Term[]; output: readonly string[] } {
  const [inputs = '', wanted, ...more] = equation.replaceAll(' ', '').split('->');
  const specs = inputs.split(',');
  if (
    more.length > 0 ||
    specs.length !== operands.length ||
    [...specs, wanted ?? ''].some((spec) => !SPEC.test(spec))
  ) {
    throw new ConfigError(
      `einsum: cannot read '${equation}' for ${operands.length} operands. Write one group of letters per operand, 'ij,jk->ik'; '...' stands for further axes.`,
    );
  }
  const terms = operands.map((x, i) => termOf(equation, x, specs[i]!));
  const dots = Math.max(0, ...terms.map(({ labels }) => labels.filter((label) => label.startsWith('.')).length));
  const output = wanted === undefined ? implied(terms, dots) : expand(wanted, dots);
  const named = new Set(terms.flatMap(({ labels }) => labels));
  const stray = output.find((label) => !named.has(label));
  if (stray !== undefined || new Set(output).size < output.length) {
    throw new ConfigError(
      `einsum: the result of '${equation}' ${stray === undefined ? 'names an axis twice' : `names '${stray}', which no operand has`}.`,
    );
  }
  return { terms, output };
}

const SPEC = /^[a-zA-Z]*(\.\.\.)?[a-zA-Z]*$/;

/** Letters, and one label per axis that dots stand for, counted from the end. */
function expand(spec: string, dots: number): string[] {
  const [before = '', after] = spec.split('...');
  if (after === undefined) return [...before];
  return [...before, ...Array.from({ length: dots }, (_, i) => `.${dots - i}`), ...after];
}

function termOf(equation: string, x: Tensor, spec: string): Term {
  const letters = spec.replace('...', '').length;
  const labels = expand(spec, x.rank - letters);
  if (labels.length !== x.rank) {
    throw new ShapeError(
      `einsum: '${spec}' in '${equation}' names ${letters} axes, its operand ${formatShape(x.shape)} has ${x.rank}.`,
    );
  }
  if (new Set(labels).size < labels.length) {
    throw new ConfigError(`einsum: '${spec}' in '${equation}' names an axis twice. Take the diagonal before.`);
  }
  return { x, labels };
}

function implied(terms: readonly Term[], dots: number): string[] {
  const all = terms.flatMap(({ labels }) => labels).filter((label) => !label.startsWith('.'));
  const once = all.filter((label) => all.indexOf(label) === all.lastIndexOf(label));
  return [...expand('...', dots), ...once.sort()];
}

function checkSizes(equation: string, terms: readonly Term[]): void {
  const sizes = new Map<string, number>();
  for (const { x, labels } of terms) {
    for (const [axis, label] of labels.entries()) {
      const [size, known] = [x.shape[axis]!, sizes.get(label)];
      const stretches = label.startsWith('.') && (size === 1 || known === 1);
      if (known !== undefined && known !== size && !stretches) {
        throw new ShapeError(
          `einsum: axis '${label}' of '${equation}' has size ${known} in one operand and ${size} in ${formatShape(x.shape)}.`,
        );
      }
      sizes.set(label, known === undefined || known === 1 ? size : known);
    }
  }
}

/** Summed over the axes that neither another operand nor the result has. */
function summedTo({ x, labels }: Term, needed: ReadonlySet<string>, others: readonly string[]): Term {
  const gone = [...labels.keys()].filter((axis) => !needed.has(labels[axis]!) && !others.includes(labels[axis]!));
  if (gone.length === 0) return { x, labels };
  return { x: x.sum(gone), labels: labels.filter((_, axis) => !gone.includes(axis)) };
}

/** The product of two terms, summed over the axes that both have and nothing later needs. */
function product(a: Term, b: Term, later: ReadonlySet<string>): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => later.has(label));
  const summed = shared.filter((label) => !later.has(label));
  const [left, right] = [without(a.labels, shared), without(b.labels, shared)];
  if (summed.length === 0) return multiplied(a, b, [...batch, ...left, ...right]);
  const sizes = (term: Term, labels: readonly string[]): number[] => labels.map((label) => sizeAt(term, label));
  const both = (labels: readonly string[]): number[] =>
    labels.map((label) => (sizeAt(a, label) === 1 ? sizeAt(b, label) : sizeAt(a, label)));
  const common = both(batch);
  const rows = arranged(stretched(a, shared, both(shared)), [...batch, ...left, ...summed]).x;
  const columns = arranged(stretched(b, shared, both(shared)), [...batch, ...summed, ...right]).x;
  const inner = sizeOf(both(summed));
  const lead = batch.length === 0 ? [] : [sizeOf(common)];
  const x = rows
    .reshape([...lead, sizeOf(sizes(a, left)), inner])
    .matmul(columns.reshape([...lead, inner, sizeOf(sizes(b, right))]));
  const labels = [...batch, ...left, ...right];
  return { x: x.reshape([...common, ...sizes(a, left), ...sizes(b, right)]), labels };
}

/** Nothing is summed: each element by each. */
function multiplied(a: Term, b: Term, labels: readonly string[]): Term {
  return { x: aligned(a, labels).mul(aligned(b, labels)), labels };
}

/** With the axes of `labels`, of size 1 where the term has none. */
function aligned(term: Term, labels: readonly string[]): Tensor {
  const own = labels.filter((label) => term.labels.includes(label));
  const sizes = labels.map((label) => (own.includes(label) ? sizeAt(term, label) : 1));
  return arranged(term, own).x.reshape(sizes);
}

function stretched(term: Term, labels: readonly string[], sizes: readonly number[]): Term {
  const shape = term.labels.map((label, axis) => sizes[labels.indexOf(label)] ?? term.x.shape[axis]!);
  return { ...term, x: term.x.broadcastTo(shape) };
}

function arranged({ x, labels }: Term, order: readonly string[]): Term {
  if (order.every((label, axis) => label === labels[axis])) return { x, labels };
  return { x: x.transpose(order.map((label) => labels.indexOf(label))), labels: order };
}

function sizeAt({ x, labels }: Term, label: string): number {
  return x.shape[labels.indexOf(label)]!;
}

function without(labels: readonly string[], others: readonly string[]): string[] {
  return labels.filter((label) => !others.includes(label));
}
