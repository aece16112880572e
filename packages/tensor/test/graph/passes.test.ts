// Passes change how a value is computed, never the value.
import { reference } from '@nablajs/backend-reference';
import {
  type Backend,
  defineOp,
  full,
  type Graph,
  type Node,
  randomUniform,
  setBackend,
  softmax,
  Tensor,
  tensor,
  UnsupportedOpError,
  where,
  zeros,
} from '@nablajs/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { linearize } from '../../src/graph/linearize.ts';
import { expand } from '../../src/graph/passes/expand.ts';
import { merge } from '../../src/graph/passes/merge.ts';
import type { Region } from '../../src/graph/passes/rewrite.ts';
import { simplify } from '../../src/graph/passes/simplify.ts';
import { prepare } from '../../src/graph/prepare.ts';
import { build, LEAF_SHAPES, meaningOf, recipes } from './programs.ts';

const backend = reference();
beforeAll(() => setBackend(backend));

function leaves(): Tensor[] {
  return LEAF_SHAPES.map((shape, k) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return tensor(Array.from({ length: size }, (_, i) => Math.sin(3 * i + k) + 0.05)).reshape(shape);
  });
}

function regionOf(roots: readonly Tensor[]): Region {
  return { roots: roots.map(({ node }) => node), isLeaf: (node) => node.isLeaf, wrap: (node) => new Tensor(node) };
}

function opsOf(graph: Graph): string[] {
  return graph.code.map(({ op }) => op);
}

function graphOf(roots: readonly Tensor[], on: Backend = backend): Graph {
  const region = regionOf(roots);
  return prepare(region, on, { inputs: [] });
}

function expectSame(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < found.length; i++) {
    expect(Math.abs(found[i]! - expected[i]!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(expected[i]!)));
  }
}

describe('on random graphs', () => {
  const passes: [string, (region: Region) => Node[]][] = [
    ['simplify', simplify],
    ['merge', merge],
    ['expand', (region) => expand(region, backend.name, backend.capabilities)],
    [
      'simplify, expand, merge',
      (region) =>
        merge({ ...region, roots: expand({ ...region, roots: simplify(region) }, 'x', backend.capabilities) }),
    ],
  ];
  for (const [name, pass] of passes) {
    test(`${name} keeps specs and values`, () => {
      fc.assert(
        fc.property(recipes, (recipe) => {
          const roots = build(recipe, leaves());
          pass(regionOf(roots)).forEach((after, i) => {
            expect(after.spec).toEqual(roots[i]!.spec);
            expectSame(meaningOf(after), meaningOf(roots[i]!.node));
          });
        }),
        { numRuns: 150 },
      );
    });
  }

  test('passes applied twice find nothing new', () => {
    fc.assert(
      fc.property(recipes, (recipe) => {
        const region = regionOf(build(recipe, leaves()));
        const once = simplify(region);
        expect(simplify({ ...region, roots: once })).toEqual(once);
        const merged = merge(region);
        expect(merge({ ...region, roots: merged })).toEqual(merged);
      }),
      { numRuns: 60 },
    );
  });

  test('the whole road, backend included, gives the values of the definitions', async () => {
    await fc.assert(
      fc.asyncProperty(recipes, async (recipe) => {
        const roots = build(recipe, leaves());
        const expected = roots.map(({ node }) => meaningOf(node));
        for (const [i, root] of roots.entries()) expectSame(await root.data(), expected[i]!);
      }),
      { numRuns: 100 },
    );
  });
});

describe('merge', () => {
  test('equal ops on equal inputs become one, also when they were written apart', () => {
    const [a, b] = [tensor([1, 2, 3]), tensor([4, 5, 6])];
    const twice = a.mul(b).exp().add(a.mul(b).exp());
    expect(opsOf(graphOf([twice]))).toEqual(['mul', 'exp', 'add']);
  });

  test('attrs, dtypes and the order of operands tell nodes apart', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const y = tensor([
      [5, 6],
      [7, 8],
    ]);
    expect(opsOf(graphOf([x.sum(0), x.sum(1)]))).toEqual(['sum', 'sum']);
    expect(opsOf(graphOf([x.sub(y), y.sub(x)]))).toEqual(['sub', 'sub']);
    expect(opsOf(graphOf([x.cast('int32'), x.cast('bool')]))).toEqual(['cast', 'cast']);
    expect(opsOf(graphOf([x.add(2), x.add(2), x.add(3)])).filter((op) => op === 'add')).toHaveLength(2);
  });

  test('two draws stay two', async () => {
    const [a, b] = [randomUniform([8]), randomUniform([8])];
    expect(opsOf(graphOf([a.add(b)])).filter((op) => op === 'randomBits')).toHaveLength(2);
    expect(await a.data()).not.toEqual(await b.data());
  });
});

describe('simplify', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  test.each([
    ['x * 1', () => x.mul(1), []],
    ['1 * x', () => full([], 1).mul(x), []],
    ['x + 0', () => x.add(0), []],
    ['x / 1', () => x.div(1), []],
    ['x ^ 1', () => x.pow(1), []],
    ['x ^ 2', () => x.pow(2), ['mul']],
    ['transpose twice', () => x.transpose().transpose(), []],
    ['reshape back', () => x.reshape([6]).reshape([2, 3]), []],
    ['three reshapes', () => x.reshape([6]).reshape([3, 2]).reshape([1, 6]), ['reshape']],
    ['a transpose below matmul', () => x.matmul(x.transpose()), ['matmul']],
    ['a slice of everything', () => x.slice([0, 0]), []],
    [
      'a pad of nothing',
      () =>
        x.pad([
          [0, 0],
          [0, 0],
        ]),
      [],
    ],
    ['a cast to its own dtype', () => x.cast('float32'), []],
    ['a sum over axes of one', () => x.expandDims(0).sum(0), []],
    ['arithmetic of constants', () => x.mul(full([], 2).mul(3)), ['full', 'mul']],
  ] as const)('%s', (_, make, expected) => {
    const graph = graphOf([make()]);
    expect(opsOf(graph)).toEqual(expected);
  });

  test('a known condition chooses only what has the shape of the result', () => {
    const [row, empty] = [zeros([1, 3]), zeros([0, 1])];
    expect(graphOf([where(full([], 1, 'bool'), row.neg(), row)]).code.map(({ op }) => op)).not.toContain('where');
    expect(graphOf([where(full([], 1, 'bool'), empty.neg(), row)]).code.at(-1)!.spec.shape).toEqual([0, 3]);
  });

  test('x + 0 keeps a shape that broadcasting made', () => {
    const wide = tensor([1]).add(tensor([[0], [0]]).mul(0));
    expect(wide.shape).toEqual([2, 1]);
    const grown = tensor(1).add(tensor([[0, 0]]));
    expect(graphOf([grown]).code.at(-1)!.spec.shape).toEqual([1, 2]);
  });

  test('an op whose simplify changes the spec is named', () => {
    const wrong = defineOp({
      name: 'test/wrong',
      infer: ([a]) => a!,
      decompose: ([a]) => a!.neg(),
      simplify: ([a]) => a!.sum(),
      samples: [],
    });
    expect(() => graphOf([wrong([x], {})])).toThrow('test/wrong: simplify turned float32[2, 3] into float32[]');
  });
});

describe('expand', () => {
  const without = (...names: string[]): Backend => ({
    ...backend,
    capabilities: {
      ...backend.capabilities,
      ops: new Set([...backend.capabilities.ops].filter((name) => !names.includes(name))),
    },
  });
  const withNative = (...names: string[]): Backend => ({
    ...backend,
    capabilities: { ...backend.capabilities, ops: new Set([...backend.capabilities.ops, ...names]) },
  });

  test('a composite op is kept where it is native, and decomposed elsewhere', () => {
    const y = softmax(tensor([[1, 2, 3]]));
    expect(opsOf(graphOf([y], withNative('softmax')))).toEqual(['softmax']);
    expect(opsOf(graphOf([y]))).toEqual(['max', 'sub', 'exp', 'sum', 'div']);
  });

  test('`supports` refuses single calls', () => {
    const narrow: Backend = {
      ...withNative('softmax'),
      capabilities: {
        ...withNative('softmax').capabilities,
        supports: ({ op, attrs }) => op !== 'softmax' || attrs['axis'] === 1 || 'only the last axis',
      },
    };
    const x = tensor([[1, 2, 3]]);
    expect(opsOf(graphOf([softmax(x, 1)], narrow))).toEqual(['softmax']);
    expect(opsOf(graphOf([softmax(x, 0)], narrow))).not.toContain('softmax');
  });

  test('all that is missing comes in one error, with lines', () => {
    const x = tensor([1, 2, 3]);
    const error = catchError(() => graphOf([x.erf().add(x.sin()).add(x.erf().mul(2).erf())], without('erf', 'sin')));
    expect(error).toBeInstanceOf(UnsupportedOpError);
    expect(error.message).toContain("backend 'reference' cannot run this computation");
    expect(error.message).toMatch(/erf: no native kernel \(3 times\), first at .*passes\.test\.ts:\d+:\d+/);
    expect(error.message).toMatch(/sin: no native kernel, first at .*passes\.test\.ts:\d+:\d+/);
  });

  test('dtypes and ranks a backend lacks are named', () => {
    const narrow: Backend = {
      ...backend,
      capabilities: { ...backend.capabilities, dtypes: new Set(['float32'] as const), maxRank: 2 },
    };
    const x = tensor([[1, 2]]);
    expect(catchError(() => graphOf([x.cast('int32')], narrow)).message).toContain(
      'cast: int32 is not a dtype of this backend',
    );
    expect(catchError(() => graphOf([x.expandDims(0)], narrow)).message).toContain(
      'reshape: float32[1, 1, 2] has more than 2 axes',
    );
  });

  test('what a decomposition makes carries the line and layer of the call', () => {
    const error = catchError(() => graphOf([softmax(tensor([1, 2]))], without('exp')));
    expect(error.message).toMatch(/exp: no native kernel, first at .*passes\.test\.ts/);
  });
});

test('linearize numbers inputs first, then constants, then results', () => {
  const [a, b] = [tensor([1, 2]), tensor([3, 4])];
  const y = a.add(b).mul(a);
  const graph = linearize([y.node, a.node, y.node], { isLeaf: (node) => node.isLeaf, inputs: [b.node] });
  expect(graph.inputs).toEqual([{ shape: [2], dtype: 'float32' }]);
  expect(graph.constants.map(({ data }) => [...data])).toEqual([[1, 2]]);
  expect(graph.code.map(({ op, operands }) => [op, operands])).toEqual([
    ['add', [1, 0]],
    ['mul', [2, 1]],
  ]);
  expect(graph.outputs).toEqual([3, 1, 3]);
});

function catchError(f: () => unknown): Error {
  try {
    f();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
