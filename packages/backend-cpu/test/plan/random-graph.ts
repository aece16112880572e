// Random graphs over small whole numbers: float32 and float64 agree on them to the last bit, so that any difference
// between two backends is a mistake in planning, not rounding.
import { type Graph, type Instruction, type Shape, type Spec, sizeOf } from '@nablajs/tensor';

/** What a graph is made from: each choice becomes an instruction, if there are fitting operands. */
export type Choices = readonly (readonly [op: number, a: number, b: number, c: number])[];

const SHAPES: readonly Shape[] = [[4, 6], [6], [4, 1], [2, 3, 4], [], [3, 5, 4], [20], [1, 37], [5, 19]];

interface Builder {
  readonly specs: Spec[];
  readonly code: Instruction[];
  readonly pick: (n: number, fits?: (spec: Spec) => boolean) => number | null;
  readonly add: (op: string, operands: readonly number[], attrs: Instruction['attrs'], spec: Spec) => number;
}

type Step = (g: Builder, a: number, b: number, c: number) => void;

const isFloat = (spec: Spec): boolean => spec.dtype === 'float32';
const isNumber = (spec: Spec): boolean => spec.dtype !== 'bool';
const isBool = (spec: Spec): boolean => spec.dtype === 'bool';
const isSmall = (spec: Spec): boolean => sizeOf(spec.shape) <= 2000;

function broadcastShape(a: Shape, b: Shape): number[] | null {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const [x, y] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    if (x !== y && x !== 1 && y !== 1) return null;
    shape.push(x === 1 ? y : x);
  }
  return shape;
}

function full(g: Builder, value: number, dtype: Spec['dtype'], shape: Shape = []): number {
  return g.add('full', [], { value, shape, dtype }, { shape, dtype });
}

/** Keeps numbers small enough to be exact. */
function clipped(g: Builder, x: number): void {
  const spec = g.specs[x]!;
  const low = g.add('maximum', [x, full(g, -200, spec.dtype)], {}, spec);
  g.add('minimum', [low, full(g, 200, spec.dtype)], {}, spec);
}

function binary(op: string, gives?: 'bool'): Step {
  return (g, a, b) => {
    const x = g.pick(a, isNumber);
    if (x === null) return;
    const { dtype, shape } = g.specs[x]!;
    const y = g.pick(b, (spec) => spec.dtype === dtype && broadcastShape(shape, spec.shape) !== null);
    if (y === null) return;
    const spec = { shape: broadcastShape(shape, g.specs[y]!.shape)!, dtype: gives ?? dtype };
    if (!isSmall(spec)) return;
    const result = g.add(op, [x, y], {}, spec);
    if (op === 'mul' || op === 'add') clipped(g, result);
  };
}

function unary(op: string): Step {
  return (g, a) => {
    const x = g.pick(a, isNumber);
    if (x !== null) g.add(op, [x], {}, g.specs[x]!);
  };
}

function reduce(op: string): Step {
  return (g, a, b, c) => {
    const x = g.pick(a, isNumber);
    if (x === null) return;
    const { shape, dtype } = g.specs[x]!;
    const axes = shape.flatMap((_, axis) => ((b >> axis) & 1 ? [axis] : []));
    const keepDims = c % 2 === 0;
    const result = shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
    clipped(g, g.add(op, [x], { axes, keepDims }, { shape: result, dtype }));
  };
}

function view(
  make: (shape: Shape, b: number, c: number) => readonly [op: string, attrs: Instruction['attrs'], shape: Shape],
): Step {
  return (g, a, b, c) => {
    const x = g.pick(a, isSmall);
    if (x === null) return;
    const [op, attrs, shape] = make(g.specs[x]!.shape, b, c);
    if (sizeOf(shape) <= 4000) g.add(op, [x], attrs, { shape, dtype: g.specs[x]!.dtype });
  };
}

const STEPS: readonly Step[] = [
  ...[binary('add'), binary('sub'), binary('mul'), binary('maximum'), binary('minimum'), binary('mod')],
  ...[binary('floorDiv'), binary('less', 'bool'), binary('equal', 'bool'), binary('lessEqual', 'bool')],
  ...[unary('neg'), unary('abs'), unary('sign')],
  ...[reduce('sum'), reduce('max'), reduce('min'), reduce('sum')],
  (g, a, b, c) => {
    const condition = g.pick(a, isBool);
    if (condition === null) return;
    const { shape } = g.specs[condition]!;
    const x = g.pick(b, (spec) => broadcastShape(shape, spec.shape) !== null);
    if (x === null) return;
    const both = broadcastShape(shape, g.specs[x]!.shape)!;
    const { dtype } = g.specs[x]!;
    const y = g.pick(c, (spec) => spec.dtype === dtype && broadcastShape(both, spec.shape) !== null);
    if (y !== null) {
      g.add('where', [condition, x, y], {}, { shape: broadcastShape(both, g.specs[y]!.shape)!, dtype });
    }
  },
  (g, a, b) => {
    const x = g.pick(a);
    const dtype = (['float32', 'int32', 'bool'] as const)[b % 3]!;
    if (x !== null) g.add('cast', [x], { dtype }, { shape: g.specs[x]!.shape, dtype });
  },
  view((shape, b) => {
    const permutation = shape.map((_, axis) => axis);
    for (let i = permutation.length - 1; i > 0; i--) {
      const j = (b >> i) % (i + 1);
      [permutation[i], permutation[j]] = [permutation[j]!, permutation[i]!];
    }
    return ['transpose', { permutation }, permutation.map((axis) => shape[axis]!)];
  }),
  view((shape, b, c) => {
    const starts = shape.map((size, axis) => Math.min(size, (b >> axis) % 3));
    const strides = shape.map((_, axis) => 1 + ((c >> axis) % 2));
    const sizes = shape.map((size, axis) => Math.ceil((size - starts[axis]!) / strides[axis]!));
    return ['slice', { starts, sizes, strides }, sizes];
  }),
  view((shape, b) => {
    const axes = shape.flatMap((_, axis) => ((b >> axis) & 1 ? [axis] : []));
    return ['flip', { axes }, shape];
  }),
  view((shape, b) => {
    const size = sizeOf(shape);
    const options = [[size], [1, size], [size, 1], shape.filter((n) => n !== 1)];
    if (size % 2 === 0) options.push([2, size / 2], [size / 2, 2]);
    if (size % 3 === 0) options.push([3, size / 3], [size / 3, 1, 3]);
    const to = options[b % options.length]!;
    return ['reshape', { shape: to }, to];
  }),
  view((shape, b) => {
    const to = [...(b % 2 ? [2] : []), ...shape.map((size) => (size === 1 ? 3 : size))];
    return ['broadcastTo', { shape: to }, to];
  }),
  view((shape, b, c) => {
    const low = shape.map((_, axis) => (b >> axis) % 2);
    const high = shape.map((_, axis) => (c >> axis) % 3);
    return ['pad', { low, high, value: 1 }, shape.map((size, axis) => size + low[axis]! + high[axis]!)];
  }),
  (g, a, b, c) => {
    const x = g.pick(a, (spec) => spec.shape.length > 0);
    if (x === null) return;
    const { shape, dtype } = g.specs[x]!;
    const axis = c % shape.length;
    const fits = (spec: Spec): boolean =>
      spec.dtype === dtype &&
      spec.shape.length === shape.length &&
      spec.shape.every((size, i) => i === axis || size === shape[i]);
    const y = g.pick(b, fits)!;
    const result = shape.map((size, i) => (i === axis ? size * 2 + g.specs[y]!.shape[axis]! : size));
    g.add('concat', [x, y, x], { axis }, { shape: result, dtype });
  },
  (g, a, b) => {
    const x = g.pick(a, (spec) => isFloat(spec) && spec.shape.length === 2);
    if (x === null) return;
    const [m, k] = g.specs[x]!.shape as [number, number];
    const y = g.pick(b, (spec) => isFloat(spec) && spec.shape.length === 2 && spec.shape.includes(k));
    if (y === null) return;
    const transposeB = g.specs[y]!.shape[0] !== k;
    const n = g.specs[y]!.shape[transposeB ? 0 : 1]!;
    const spec: Spec = { shape: [m, n], dtype: 'float32' };
    let product = g.add('matmul', [x, y], { transposeA: false, transposeB }, spec);
    const bias = g.pick(a, (spec) => isFloat(spec) && spec.shape.length === 1 && spec.shape[0] === n);
    if (bias !== null) product = g.add('add', [product, bias], {}, spec);
    if (b % 2) product = g.add('maximum', [product, full(g, 0, 'float32')], {}, spec);
    clipped(g, product);
  },
  (g, a, b) => {
    const shape = SHAPES[a % SHAPES.length]!;
    const dtype = b % 2 ? 'int32' : 'float32';
    if (shape.length > 0) g.add('iota', [], { shape, axis: b % shape.length, dtype }, { shape, dtype });
    else full(g, b % 7, dtype);
  },
  (g, a, b) => {
    const x = g.pick(a, (spec) => isNumber(spec) && spec.shape.length > 0);
    if (x === null) return;
    const axis = b % g.specs[x]!.shape.length;
    clipped(g, g.add('cumsum', [x], { axis, exclusive: b % 3 === 0, reverse: b % 2 === 0 }, g.specs[x]!));
  },
];

/** The graph that choices stand for. Its inputs are floats of all shapes, and two of other dtypes. */
export function graphOf(
  choices: Choices,
  ends: { readonly outputs: readonly number[]; readonly donated: number },
): Graph {
  const inputs: Spec[] = SHAPES.map((shape) => ({ shape, dtype: 'float32' }));
  inputs.push({ shape: [4, 6], dtype: 'int32' }, { shape: [6], dtype: 'bool' });
  const specs = [...inputs];
  const code: Instruction[] = [];
  const builder: Builder = {
    specs,
    code,
    // Later values are likelier, so that chains grow long.
    pick: (n, fits = () => true) => {
      const fitting = specs.flatMap((spec, value) => (fits(spec) ? [value] : []));
      if (fitting.length === 0) return null;
      const back = Math.floor(((n % 101) / 101) ** 2 * fitting.length);
      return fitting[fitting.length - 1 - back]!;
    },
    add: (op, operands, attrs, spec) => {
      code.push({ op, operands, attrs, spec });
      return specs.push(spec) - 1;
    },
  };
  for (const [op, a, b, c] of choices) {
    if (code.length < 120) STEPS[op % STEPS.length]!(builder, a, b, c);
  }
  const outputs = [...ends.outputs.map((n) => n % specs.length), specs.length - 1];
  const donated = inputs.flatMap((_, i) => ((ends.donated >> i) & 1 ? [i] : []));
  return { inputs, constants: [], code, outputs, donated };
}
