// A graph, replayed kernel by kernel. A value is freed as soon as nothing ahead reads it.
import {
  type Buffer,
  type Executable,
  formatSpec,
  type Graph,
  hostArray,
  NablaError,
  type Spec,
  sizeOf,
  specOf,
} from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { onHost } from '../lower/host.ts';
import type { Call, Lowering } from '../lower/lowering.ts';

/** A buffer of ours: one reference to a value of the engine. */
export interface TfjsBuffer extends Buffer {
  readonly info: TensorInfo;
}

/** Where runs take buffers from and put them. */
export interface Ledger {
  hold(info: TensorInfo, spec: Spec): TfjsBuffer;
  take(buffer: Buffer): TensorInfo;
  look(buffer: Buffer): TensorInfo;
}

interface Step {
  readonly call: Call;
  readonly lower: Lowering;
  readonly operands: readonly number[];
  /** Values that nothing after this step reads. */
  readonly dead: readonly number[];
}

/** Compiles a graph by looking up its lowerings and the last use of each value. */
export function compileGraph(
  graph: Graph,
  machine: Machine,
  ledger: Ledger,
  table: Readonly<Record<string, Lowering>>,
): Executable {
  const first = graph.inputs.length + graph.constants.length;
  const lastUse = new Map<number, number>();
  graph.code.forEach(({ operands }, i) => {
    for (const value of operands) lastUse.set(value, i);
  });
  const kept = new Set(graph.outputs);
  const mayDie = (value: number): boolean =>
    !kept.has(value) && (value >= first || (value < graph.inputs.length && graph.donated.includes(value)));
  const steps: Step[] = graph.code.map(({ op, attrs, operands, spec }, i) => {
    const specs = operands.map((value) => specOf(graph, value));
    const own = first + i;
    const dead = [...new Set(operands)].filter((value) => mayDie(value) && lastUse.get(value) === i);
    return {
      call: { op, attrs, operands: specs, spec },
      lower: lowerEmpty(specs, spec) ?? table[op]!,
      operands,
      dead: mayDie(own) && !lastUse.has(own) ? [...dead, own] : dead,
    };
  });
  // Values without operands are the same in every run.
  const held = new Map<number, TensorInfo>();
  graph.constants.forEach(({ data, spec }, i) => {
    held.set(graph.inputs.length + i, made(machine, () => machine.write(data.slice(), spec)));
  });
  const unused = graph.donated.filter((value) => !lastUse.has(value) && !kept.has(value));
  let disposed = false;

  const execute = async (buffers: readonly Buffer[]): Promise<Buffer[]> => {
    if (disposed) throw new NablaError('tfjs: this graph was disposed. Compile it again.');
    requireInputs(graph, buffers);
    const values = new Array<TensorInfo | null>(first + steps.length).fill(null);
    const owned = new Set<number>();
    buffers.forEach((buffer, i) => {
      if (graph.donated.includes(i)) {
        values[i] = ledger.take(buffer);
        owned.add(i);
      } else values[i] = ledger.look(buffer);
    });
    for (const [value, info] of held) values[value] = info;
    const drop = (value: number): void => {
      if (!owned.delete(value)) return;
      machine.free(values[value]!);
      values[value] = null;
    };
    try {
      for (const value of unused) drop(value);
      for (const [i, { call, lower, operands, dead }] of steps.entries()) {
        const inputs = operands.map((value) => values[value]!);
        const outer = machine.begin();
        let result: TensorInfo | null = null;
        try {
          const lowered = lower(machine, inputs, call);
          result = lowered instanceof Promise ? await lowered : lowered;
        } finally {
          machine.release(outer, result);
        }
        values[first + i] = result;
        owned.add(first + i);
        for (const value of dead) drop(value);
      }
      return graph.outputs.map((value) => {
        const info = values[value]!;
        if (!owned.delete(value)) machine.backend.incRef(info.dataId);
        return ledger.hold(info, specOf(graph, value));
      });
    } finally {
      for (const value of [...owned]) drop(value);
    }
  };

  return {
    run: execute,
    describe: () => describe(machine, steps),
    dispose: () => {
      if (disposed) return;
      disposed = true;
      for (const info of held.values()) machine.free(info);
      held.clear();
    },
  };
}

/** Engines do not know what to make of values without elements. */
function lowerEmpty(operands: readonly Spec[], spec: Spec): Lowering | null {
  if (sizeOf(spec.shape) === 0) return (machine) => machine.write(hostArray(spec.dtype, 0), spec);
  return operands.some(({ shape }) => sizeOf(shape) === 0) ? onHost : null;
}

function made(machine: Machine, f: () => TensorInfo): TensorInfo {
  const outer = machine.begin();
  const info = f();
  machine.release(outer, info);
  return info;
}

function requireInputs({ inputs }: Graph, buffers: readonly Buffer[]): void {
  const wanted = inputs.map(formatSpec).join(', ');
  const found = buffers.map(({ spec }) => formatSpec(spec)).join(', ');
  if (wanted !== found) {
    throw new NablaError(`tfjs: a graph for (${wanted}) was run on (${found}). Compile a graph for these inputs.`);
  }
}

function describe(machine: Machine, steps: readonly Step[]): string {
  const host = steps.filter(({ lower }) => lower === onHost).map(({ call }) => call.op);
  const slow = host.length > 0 ? `; on the host: ${[...new Set(host)].join(', ')}` : '';
  return `tfjs-${machine.engine}: ${steps.length} calls of kernels${slow}`;
}
