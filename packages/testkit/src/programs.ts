// Random programs: ops in company meet what ops alone do not, such as fusion, shared values and reuse of memory.
import {
  concat,
  isFloat,
  maximum,
  minimum,
  postOrder,
  randomWords,
  type Shape,
  sameShape,
  sizeOf,
  softmax,
  type Tensor,
  where,
} from '@nablajs/tensor';
import type { Case } from './case.ts';
import { expectClose } from './close.ts';
import { type Operand, operandOf, planOf } from './operands.ts';
import { runOn } from './run.ts';

const PROGRAMS = 60;
const RELATIVE = 1e-4;
const LARGEST = 4096;

type Program = (...inputs: Tensor[]) => Tensor[];

/** Company that random programs seldom keep. */
const NAMED: Readonly<Record<string, readonly [shapes: readonly Shape[], program: Program]>> = {
  'two products of one row each, added': [
    [
      [1, 3],
      [3, 4],
      [1, 2],
      [2, 4],
    ],
    (a, b, c, d) => [a!.matmul(b!).add(c!.matmul(d!)).relu()],
  ],
  'a product added to itself turned around': [
    [
      [3, 3],
      [3, 3],
    ],
    (a, b) => [a!.matmul(b!).add(b!.matmul(a!)), a!.matmul(b!)],
  ],
};

/** One program per seed, and those with a name. */
export function programCases(): Case[] {
  const random = Array.from({ length: PROGRAMS }, (_, seed) =>
    programCase(String(seed), seed, SHAPES, (...inputs) => write(seed, inputs)),
  );
  const named = Object.entries(NAMED).map(([name, [shapes, program]]) => programCase(name, 1, shapes, program));
  return [...random, ...named];
}

function programCase(name: string, seed: number, shapes: readonly Shape[], program: Program): Case {
  return {
    id: `programs/${name}`,
    run: async ({ backend, truth, relative }) => {
      const operands = shapes.map((shape, i): Operand => operandOf(planOf({ shape, range: [-1, 1] }), seed, i));
      const actual = await runOn(backend, program, operands);
      const expected = await runOn(
        truth,
        (...inputs) => program(...inputs).map((x) => (isFloat(x.dtype) ? x.cast('float64') : x)),
        operands,
      );
      for (const [i, { data }] of actual.entries()) {
        expectClose(`result ${i}`, data, expected[i]!.data, { relative: relative(RELATIVE), floor: 1 });
      }
    },
  };
}

const SHAPES: readonly Shape[] = [[4, 6], [6], [4, 1], [6, 3], [], [2, 4, 6], [17, 6]];

type Pick = (count: number) => number;

/** Grows a program from the leaves: each round applies a fitting op to values made before. */
function write(seed: number, leaves: readonly Tensor[]): Tensor[] {
  const words = randomWords([seed, 1], 0, 4096);
  let next = 0;
  const pick: Pick = (count) => Math.floor((words[next++ % words.length]! / 2 ** 32) * count);
  const pool = [...leaves];
  const rounds = 6 + pick(24);
  while (pool.length < leaves.length + rounds) {
    const made = RULES[pick(RULES.length)]!(pool, pick, leaves);
    if (made && made.size <= LARGEST && made.rank <= 4) pool.push(made);
  }
  const made = pool.slice(leaves.length);
  const used = new Set(postOrder(made.map(({ node }) => node)).flatMap(({ inputs }) => inputs));
  // All that nobody uses, so that nothing is dead code, and one value that has users.
  return [...made.filter(({ node }) => !used.has(node)), made[pick(made.length)]!];
}

type Rule = (pool: readonly Tensor[], pick: Pick, leaves: readonly Tensor[]) => Tensor | null;

function any(pool: readonly Tensor[], pick: Pick): Tensor {
  // The newest half, so that programs grow deep rather than wide.
  const from = pick(2) * Math.floor(pool.length / 2);
  return pool[from + pick(pool.length - from)]!;
}

const SMOOTH: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.relu(),
  (x) => x.abs(),
  (x) => x.neg(),
  (x) => x.square(),
  (x) => x.sin(),
  (x) => x.clip(-3, 3).exp(),
  (x) => x.abs().add(0.5).log(),
  (x) => x.mul(0.5).add(0.25),
  (x) => x.clip(-0.7, 0.8),
  (x) => x.erf(),
];

const PAIRS: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
  (a, b) => a.add(b),
  (a, b) => a.sub(b),
  (a, b) => a.mul(b).tanh(),
  (a, b) => a.div(b.abs().add(0.5)),
  maximum,
  minimum,
];

function broadcasts(a: Shape, b: Shape): boolean {
  return a.every((size, axis) => {
    const other = b[axis + b.length - a.length];
    return other === undefined || size === other || size === 1 || other === 1;
  });
}

const RULES: readonly Rule[] = [
  (pool, pick) => SMOOTH[pick(SMOOTH.length)]!(any(pool, pick)),
  (pool, pick) => SMOOTH[pick(SMOOTH.length)]!(any(pool, pick)),
  (pool, pick) => {
    const [a, b] = [any(pool, pick), any(pool, pick)];
    return broadcasts(a.shape, b.shape) ? PAIRS[pick(PAIRS.length)]!(a, b) : null;
  },
  (pool, pick) => {
    const [a, b] = [any(pool, pick), any(pool, pick)];
    return broadcasts(a.shape, b.shape) ? PAIRS[pick(PAIRS.length)]!(a, b) : null;
  },
  // Conditions come from leaves, whose values are the same on every backend; elsewhere rounding could choose.
  (pool, pick, leaves) => {
    const condition = leaves[pick(leaves.length)]!.greater(0.1);
    const [a, b] = [any(pool, pick), any(pool, pick)];
    const fits =
      broadcasts(condition.shape, a.shape) && broadcasts(a.shape, b.shape) && broadcasts(condition.shape, b.shape);
    return fits ? where(condition, a, b) : null;
  },
  (pool, pick) => {
    const x = any(pool, pick);
    if (x.rank === 0) return null;
    const axis = pick(x.rank);
    const options = { keepDims: pick(2) === 1 };
    const kind = pick(4);
    return kind === 0
      ? x.mean(axis, options)
      : kind === 1
        ? x.max(axis, options)
        : kind === 2
          ? x.sum(axis, options).mul(0.25)
          : x.min(undefined, options);
  },
  (pool, pick) => {
    const x = any(pool, pick);
    return x.rank < 2 ? null : x.transpose();
  },
  (pool, pick) => {
    const x = any(pool, pick);
    return pick(2) === 0 ? x.flatten() : x.expandDims(pick(x.rank + 1));
  },
  (pool, pick) => {
    const x = any(pool, pick);
    const axis = x.shape.findIndex((size) => size > 2);
    if (axis < 0) return null;
    return x.slice(x.shape.map((_, i) => (i === axis ? 1 : 0)));
  },
  (pool, pick) => {
    const x = any(pool, pick);
    return x.rank === 0
      ? null
      : x.pad(
          x.shape.map((_, i) => (i === 0 ? [1, 2] : [0, 1]) as [number, number]),
          0.5,
        );
  },
  (pool, pick) => {
    const x = any(pool, pick);
    return x.rank === 0 ? null : x.flip(pick(x.rank));
  },
  (pool, pick) => {
    const [a, b] = [any(pool, pick), any(pool, pick)];
    return a.rank > 0 && sameShape(a.shape, b.shape) ? concat([a, b], pick(a.rank)) : null;
  },
  (pool, pick) => {
    const x = any(pool, pick);
    return x.rank === 0 ? null : softmax(x, pick(x.rank));
  },
  (pool, pick) => {
    const [a, b] = [any(pool, pick), any(pool, pick)];
    if (a.rank !== 2 || b.rank !== 2) return null;
    const product =
      a.shape[1] === b.shape[0]
        ? a.matmul(b)
        : a.shape[1] === b.shape[1]
          ? a.matmul(b.transpose())
          : a.shape[0] === b.shape[0]
            ? a.transpose().matmul(b)
            : null;
    return product?.mul(0.3).tanh() ?? null;
  },
  (pool, pick) => {
    const x = any(pool, pick);
    return sizeOf(x.shape) === 0 || x.rank > 2 ? null : x.broadcastTo([3, ...x.shape]);
  },
];
