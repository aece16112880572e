// The kit is worth what it finds: backends with one fault each, and the tests that must meet it.
import { reference } from '@nablajs/backend-reference';
import {
  addOp,
  type Backend,
  type Buffer,
  type Executable,
  fullOp,
  type Graph,
  type HostArray,
  matmulOp,
  mulOp,
  reluOp,
  sameShape,
  sumOp,
} from '@nablajs/tensor';
import { expect, test } from 'vitest';
import type { Case } from '../src/case.ts';
import { contractCases } from '../src/contract/index.ts';
import { judge } from '../src/judge.ts';
import { opCases } from '../src/op/cases.ts';
import { programCases } from '../src/programs.ts';
import { runtimeCases } from '../src/runtime-cases.ts';

/** Ids of the cases a backend fails. */
async function failures(make: () => Backend, cases: readonly Case[]): Promise<string[]> {
  const [backend, truth] = [make(), reference()];
  const failed: string[] = [];
  for (const { id, run } of cases) {
    const context = { backend, truth, relative: (usual: number) => usual };
    await judge(run, context, undefined).catch(() => failed.push(id));
  }
  return failed;
}

type Values = Buffer & { readonly values: HostArray };

/** A backend on top of the reference whose executables and methods are altered. */
function altered(change: (inner: Backend) => Partial<Backend>): () => Backend {
  return () => {
    const inner = reference();
    return Object.assign(inner, change({ ...inner }));
  };
}

function withRun(wrap: (run: Executable['run'], graph: Graph, backend: Backend) => Executable['run']): () => Backend {
  return altered((inner) => ({
    compile: async (graph) => {
      const executable = await inner.compile(graph);
      return { ...executable, run: wrap(executable.run.bind(executable), graph, inner) };
    },
  }));
}

/** Changes the first result of every graph that has this op. */
function withResult(op: string, change: (values: HostArray) => void): () => Backend {
  return withRun((run, graph) => async (buffers) => {
    const outputs = await run(buffers);
    if (graph.code.some((instruction) => instruction.op === op)) change((outputs[0] as Values).values);
    return outputs;
  });
}

const sound = altered(() => ({}));

test('a sound backend fails nothing', async () => {
  const cases = [...contractCases(), ...[addOp, matmulOp, sumOp, reluOp, fullOp].flatMap(opCases), ...runtimeCases()];
  expect(await failures(sound, cases)).toEqual([]);
});

test('values off by 1 in 10,000', async () => {
  const off = withResult('mul', (values) => {
    if (values.length > 0) values[values.length - 1]! *= 1.0001;
  });
  const failed = await failures(off, opCases(mulOp));
  expect(failed.some((id) => id.startsWith('mul/values/'))).toBe(true);
  expect(failed.some((id) => id.startsWith('mul/broadcast/'))).toBe(true);
  expect(failed.some((id) => id.startsWith('mul/ragged/'))).toBe(true);
});

test('a tail that is not computed', async () => {
  const noTail = withResult('add', (values) => {
    if (values.length % 4 !== 0) values[values.length - 1] = 0;
  });
  expect((await failures(noTail, opCases(addOp))).length).toBeGreaterThan(10);
});

test('a NaN that gets lost', async () => {
  const lost = withResult('add', (values) => {
    values.forEach((x, i) => {
      if (Number.isNaN(x)) values[i] = 0;
    });
  });
  expect(await failures(lost, opCases(addOp))).toContain('add/values/float32[7, 1] float32[1, 7] (special values)');
});

test('a wrong kernel that only gradients need', async () => {
  // The gradients of a plain product transpose an operand; here such products are off.
  const off = withRun((run, graph) => async (buffers) => {
    const outputs = await run(buffers);
    const isGradient = graph.outputs.length === 2 && graph.code.some(({ op }) => op === 'matmul');
    if (isGradient) (outputs[0] as Values).values.fill(1);
    return outputs;
  });
  const failed = await failures(off, opCases(matmulOp));
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.filter((id) => !/^matmul\/(gradient|differences|second-derivative)\//.test(id))).toEqual([]);
});

test('outputs that share a buffer', async () => {
  const sharing = withRun((run, graph, backend) => async (buffers) => {
    const outputs = [...(await run(buffers))];
    graph.outputs.forEach((value, i) => {
      const first = graph.outputs.indexOf(value);
      if (first < i) {
        backend.free(outputs[i]!);
        outputs[i] = outputs[first]!;
      }
    });
    return outputs;
  });
  expect(await failures(sharing, contractCases())).toContain('contract/outputs/a value named twice');
});

test('an input handed back as an output', async () => {
  const passing = withRun((run, graph, backend) => async (buffers) => {
    const outputs = [...(await run(buffers))];
    graph.outputs.forEach((value, i) => {
      if (value < graph.inputs.length && !graph.donated.includes(value)) {
        backend.free(outputs[i]!);
        outputs[i] = buffers[value]!;
      }
    });
    return outputs;
  });
  expect(await failures(passing, contractCases())).toContain('contract/outputs/an input');
});

test('donated inputs that are overwritten too early', async () => {
  const early = withRun((run, graph) => async (buffers) => {
    for (const input of graph.donated) if (graph.code.length > 1) (buffers[input] as Values).values.fill(0);
    return run(buffers);
  });
  expect((await failures(early, contractCases())).length).toBeGreaterThan(2);
});

test('donated inputs that are never freed', async () => {
  const leaking = altered((inner) => ({ compile: (graph) => inner.compile({ ...graph, donated: [] }) }));
  const failed = await failures(leaking, [...contractCases(), ...runtimeCases()]);
  expect(failed).toContain('contract/donation/updated in place');
  expect(failed).toContain('contract/memory/flat over 300 runs');
  expect(failed).toContain('runtime/live buffers stay constant over 200 steps');
});

test('inputs overwritten though they were not donated', async () => {
  const eating = withRun((run) => async (buffers) => {
    const outputs = await run(buffers);
    for (const buffer of buffers) (buffer as Values).values.fill(-1);
    return outputs;
  });
  expect(await failures(eating, contractCases())).toContain('contract/outputs/one buffer as two inputs');
});

test('results kept in one place from run to run', async () => {
  const places = new Map<Graph, HostArray>();
  const reusing = withRun((run, graph) => async (buffers) => {
    const outputs = await run(buffers);
    const first = outputs[0] as Values | undefined;
    if (!first) return outputs;
    const place = places.get(graph);
    if (place) place.set(first.values);
    else places.set(graph, first.values);
    Object.assign(first, { values: places.get(graph) });
    return outputs;
  });
  expect(await failures(reusing, contractCases())).toContain(
    'contract/outputs/a later run leaves the results of earlier ones alone',
  );
});

test('arrays shared with the caller', async () => {
  const shared = altered((inner) => ({
    upload: (data, spec) => {
      const buffer = inner.upload(data, spec);
      if (spec.dtype === 'float32') Object.assign(buffer, { source: data });
      return buffer;
    },
    download: async (buffer) => (buffer as Buffer & { source?: HostArray }).source ?? inner.download(buffer),
  }));
  const failed = await failures(shared, contractCases());
  expect(failed).toContain('contract/round-trip/an uploaded array stays the caller’s');
  expect(failed).toContain('contract/round-trip/a downloaded array is the caller’s');
});

test('unknown ops that pass', async () => {
  const silent = altered((inner) => ({
    compile: (graph) =>
      inner.compile({
        ...graph,
        code: graph.code.filter(({ op }) => !op.startsWith('acme/')),
        outputs: graph.outputs.map(() => 0),
      }),
  }));
  expect(await failures(silent, contractCases())).toContain('contract/errors/an unknown op');
});

test('a native lowering that differs from the meaning', async () => {
  const native = altered((inner) => ({
    capabilities: { ...inner.capabilities, ops: new Set([...inner.capabilities.ops, 'relu']) },
    compile: (graph) =>
      // As if relu were abs.
      inner.compile({ ...graph, code: graph.code.map((one) => (one.op === 'relu' ? { ...one, op: 'abs' } : one)) }),
  }));
  const failed = await failures(native, opCases(reluOp));
  expect(failed).toContain('relu/values/float32[4, 3]');
  expect(failed.filter((id) => id.startsWith('relu/decomposition/'))).toEqual([]);
});

test('ops fused wrongly only in company', async () => {
  // An add whose first operand comes from a mul forgets to add.
  const fused = altered((inner) => ({
    compile: (graph) => {
      const first = graph.inputs.length + graph.constants.length;
      const code = graph.code.map((one) => {
        const producer = graph.code[one.operands[0]! - first];
        const forgets = one.op === 'add' && producer?.op === 'mul' && sameShape(producer.spec.shape, one.spec.shape);
        return forgets ? { ...one, op: 'maximum', operands: [one.operands[0]!, one.operands[0]!] } : one;
      });
      return inner.compile({ ...graph, code });
    },
  }));
  expect((await failures(fused, opCases(addOp))).filter((id) => id.includes('/values/'))).toEqual([]);
  expect((await failures(fused, programCases())).length).toBeGreaterThan(5);
});
