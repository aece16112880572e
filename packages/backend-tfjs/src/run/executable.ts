// A graph, replayed kernel by kernel. A value is freed as soon as nothing ahead reads it.
import {
  type Buffer,
  type Executable,
  formatSpec,
  type Graph,
  NablaError,
  type Spec,
  sizeOf,
  specOf,
} from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import type { Engine } from '../engine/start.ts';
import { onHost } from '../lower/host.ts';
import type { Lowering } from '../lower/lowering.ts';
import { planUnits } from './plan.ts';
import type { Unit } from './unit.ts';

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

interface Step extends Unit {
  /** Values that nothing after this step reads. */
  readonly dead: readonly number[];
}

/** A graph, ready to be replayed. */
interface Plan {
  readonly graph: Graph;
  /** Values that are the same in every run, by number. */
  readonly held: Map<number, TensorInfo>;
  readonly steps: readonly Step[];
  readonly donated: ReadonlySet<number>;
  /** Donated values that nothing reads. */
  readonly unused: readonly number[];
}

/** Values of at most this many elements that are the same in every run are kept between runs. */
const KEPT_SIZE = 2 ** 16;

/** Compiles a graph: the calls it takes, and the last use of each value. */
export function compileGraph(
  graph: Graph,
  engine: Engine,
  machine: Machine,
  ledger: Ledger,
  table: Readonly<Record<string, Lowering>>,
): Executable {
  const plan = planned(graph, engine, machine, table);
  let disposed = false;
  return {
    run: (buffers) =>
      machine.inTurn(async () => {
        if (disposed) throw new NablaError('tfjs: this graph was disposed. Compile it again.');
        machine.health.require();
        requireInputs(graph, buffers);
        return replay(plan, machine, ledger, buffers);
      }),
    describe: () => describe(machine, plan.steps),
    dispose: () => {
      if (disposed) return;
      disposed = true;
      for (const info of plan.held.values()) machine.free(info);
      plan.held.clear();
    },
  };
}

function planned(graph: Graph, engine: Engine, machine: Machine, table: Readonly<Record<string, Lowering>>): Plan {
  const held = new Map<number, TensorInfo>();
  for (const [i, { data, spec }] of graph.constants.entries()) {
    const info = made(machine, () => machine.write(data.slice(), spec));
    held.set(graph.inputs.length + i, info);
  }
  const units = planUnits(graph, engine, table).filter(({ call, lower, operands, results }) => {
    if (operands.length > 0 || results.length > 1 || sizeOf(call.spec.shape) > KEPT_SIZE) return true;
    const info = made(machine, () => listed(lower(machine, [], call) as TensorInfo | readonly TensorInfo[])[0]!);
    held.set(results[0]!, info);
    return false;
  });
  const first = graph.inputs.length + graph.constants.length;
  const donated = new Set(graph.donated);
  const wanted = new Set(graph.outputs);
  const lastUse = new Map<number, number>();
  for (const [i, { operands }] of units.entries()) for (const value of operands) lastUse.set(value, i);
  const dies = (value: number): boolean =>
    !wanted.has(value) && !held.has(value) && (value >= first || donated.has(value));
  const steps = units.map((unit, i) => ({
    ...unit,
    dead: [...new Set([...unit.operands, ...unit.results])].filter(
      (value) => dies(value) && (lastUse.get(value) ?? i) === i,
    ),
  }));
  const unused = graph.donated.filter((value) => !lastUse.has(value) && !wanted.has(value));
  return { graph, held, steps, donated, unused };
}

/** One run: the outputs, each a buffer of its own. */
async function replay(
  { graph, held, steps, donated, unused }: Plan,
  machine: Machine,
  ledger: Ledger,
  buffers: readonly Buffer[],
): Promise<Buffer[]> {
  const values = new Array<TensorInfo | null>(buffers.length + graph.constants.length + graph.code.length).fill(null);
  const owned = new Set<number>();
  for (const [i, buffer] of buffers.entries()) {
    values[i] = donated.has(i) ? ledger.take(buffer) : ledger.look(buffer);
    if (donated.has(i)) owned.add(i);
  }
  for (const [value, info] of held) values[value] = info;
  const drop = (value: number): void => {
    if (!owned.delete(value)) return;
    machine.free(values[value]!);
    values[value] = null;
  };
  try {
    for (const value of unused) drop(value);
    for (const { call, lower, operands, results, dead } of steps) {
      const inputs = operands.map((value) => values[value]!);
      const outer = machine.begin();
      let infos: readonly TensorInfo[] = [];
      try {
        const lowered = lower(machine, inputs, call);
        infos = listed(lowered instanceof Promise ? await lowered : lowered);
      } catch (error) {
        throw machine.health.explain(error, call.op, call.spec);
      } finally {
        machine.release(outer, infos);
      }
      for (const [k, value] of results.entries()) {
        values[value] = infos[k]!;
        owned.add(value);
      }
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
}

function made(machine: Machine, f: () => TensorInfo): TensorInfo {
  const outer = machine.begin();
  const info = f();
  machine.release(outer, [info]);
  return info;
}

function listed(value: TensorInfo | readonly TensorInfo[]): readonly TensorInfo[] {
  return Array.isArray(value) ? (value as readonly TensorInfo[]) : [value as TensorInfo];
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
  const slow = host.length > 0 ? `, on the host: ${[...new Set(host)].join(', ')}` : '';
  const covered = steps.reduce((sum, { covers }) => sum + covers.length, 0);
  return `tfjs-${machine.engine}: ${steps.length} calls for ${covered} instructions${slow}\n${steps.map(({ call }) => `  ${call.op} -> ${formatSpec(call.spec)}`).join('\n')}`;
}
