// A graph as one WebAssembly module: functions that call loop after loop and kernel after kernel with constant arguments.
// On one thread it is a single function. With more, each step that is worth sharing is a function of its own.
import type { LoopArgument } from '../fuse/signature.ts';
import type { Place } from '../kernels/kernel.ts';
import type { PlanNode } from '../plan/node.ts';
import type { Home, Storage } from '../plan/storage.ts';
import type { CallStep, LoopStep, Task } from '../plan/task.ts';
import type { RunMemory, StepFunction } from '../threads/pool.ts';
import { sharing } from '../threads/sharing.ts';
import { call, type Expr, type FunctionRef, i32, type Local, ModuleBuilder, type Operand } from '../wasm/index.ts';
import { compileModule } from './compile-module.ts';
import type { Device } from './device.ts';
import { LIBRARY } from './kernels.ts';

/** A compiled program: addresses in a table, the arena, scratch for kernels. */
export interface Program {
  run(given: RunMemory): void;
  /** Bytes of scratch that the kernels need while they run. */
  readonly workspaceBytes: number;
  readonly codeBytes: number;
  dispose(): void;
}

const FRAME = { table: 'i32', arena: 'i32', begin: 'i32', end: 'i32', workspace: 'i32' } as const;
type Frame = { readonly [K in keyof typeof FRAME]: Local<'i32'> };

/** A step as code: what it does with units `[begin, end)` of its extent. */
interface Action {
  readonly extent: number;
  readonly work: number;
  readonly emit: (p: Frame, begin: Operand<'i32'>, end: Operand<'i32'>) => readonly Expr<'void'>[];
}

/** Steps that one thread does in a row, or one that threads share. */
interface Section {
  readonly actions: Action[];
  readonly shared: boolean;
}

/** Emits and compiles the program of a plan. */
export async function compileProgram(tasks: readonly Task[], storage: Storage, device: Device): Promise<Program> {
  const { library, heap, pool } = device;
  const module = new ModuleBuilder(heap.import);
  const steps = tasks.flatMap((task) => task.steps.map((step) => ({ step, scratch: storage.scratch.get(task) ?? 0 })));
  const actions = steps.map(({ step, scratch }) =>
    step.kind === 'loop'
      ? loopAction(module, device, storage, step)
      : callAction(module, device, storage, step, scratch),
  );
  const sections = pool ? sectionsOf(actions) : [{ actions, shared: false }];
  sections.forEach((section, i) => {
    module.export(sectionFunction(module, `step${i}`, section));
  });
  const calls = steps.flatMap(({ step }) => (step.kind === 'call' ? [step.call] : []));
  const code = module.encode();
  await library.prepare(new Set(calls.map(({ kernel }) => kernel)));
  const compiled = await compileModule(code);
  const instance = new WebAssembly.Instance(compiled, {
    env: { memory: heap.memory },
    [LIBRARY]: library.exports,
  });
  const functions = sections.map((_, i) => instance.exports[`step${i}`] as StepFunction);
  const workspaceBytes = Math.ceil(Math.max(0, ...calls.map(({ workspace }) => workspace)) / 64) * 64;
  const common = { workspaceBytes, codeBytes: code.length };

  if (!pool || !sections.some(({ shared }) => shared)) {
    const run = ({ table, arena, workspace }: RunMemory): void => {
      for (const step of functions) step(table, arena, 0, 0, workspace);
    };
    return { ...common, run, dispose: () => undefined };
  }
  const program = pool.addProgram(compiled);
  const extents = sections.map(({ actions, shared }) => (shared ? actions[0]!.extent : 0));
  const work = sections.reduce((sum, { actions, shared }) => sum + (shared ? actions[0]!.work : 0), 0);
  const run = (given: RunMemory): void => {
    pool.expect(work);
    functions.forEach((run, step) => {
      const extent = extents[step]!;
      if (extent === 0) run(given.table, given.arena, 0, 0, given.workspace);
      else pool.run({ program, step, extent, run }, given, workspaceBytes);
    });
  };
  return { ...common, run, dispose: () => pool.dropProgram(program) };
}

/** Consecutive steps that are too small to share make one section. */
function sectionsOf(actions: readonly Action[]): Section[] {
  const sections: Section[] = [];
  for (const action of actions) {
    const shared = action.work >= sharing.least && action.extent > 1;
    const last = sections.at(-1);
    if (shared || !last || last.shared) sections.push({ actions: [action], shared });
    else last.actions.push(action);
  }
  return sections;
}

function sectionFunction(module: ModuleBuilder, name: string, { actions, shared }: Section): FunctionRef {
  return module.function(name, FRAME, (f, p) => {
    for (const { extent, emit } of actions) f.emit(...(shared ? emit(p, p.begin, p.end) : emit(p, 0, extent)));
  });
}

function addressIn(p: Frame, home: Home, bytes: number): Expr<'i32'> {
  const start = home.kind === 'table' ? i32.load(p.table, home.entry * 4) : i32.add(p.arena, home.offset);
  return bytes === 0 ? start : i32.add(start, bytes);
}

function loopAction(module: ModuleBuilder, { madd }: Device, { homes }: Storage, step: LoopStep): Action {
  const { loop, operands, results } = step;
  const { fn, args, extent } = step.emit({ module, madd });
  const addressOf = (p: Frame, node: PlanNode, words: number): Expr<'i32'> => addressIn(p, homes.get(node)!, words * 4);
  const value = (p: Frame, arg: LoopArgument): Operand<'i32'> => {
    if (typeof arg === 'number') return arg;
    if ('operand' in arg) return addressOf(p, operands[arg.operand]!, loop.operands[arg.operand]!.offset);
    const result = loop.results[arg.result]!;
    return addressOf(p, results[arg.result]!, result.kind === 'store' ? result.offset : 0);
  };
  return {
    extent,
    work: step.work,
    emit: (p, begin, end) => [call(fn, named(fn, [...args.map((arg) => value(p, arg)), begin, end])) as Expr<'void'>],
  };
}

function callAction(
  module: ModuleBuilder,
  { library }: Device,
  { homes }: Storage,
  { call: { kernel, args, extent, work }, buffers }: CallStep,
  scratch: number,
): Action {
  const value = (p: Frame, arg: number | Place): Operand<'i32'> => {
    if (typeof arg === 'number') return arg;
    if (arg.buffer === 'shared') return addressIn(p, { kind: 'arena', offset: scratch }, arg.offset);
    const { node, offset } = buffers.get(arg.buffer)!;
    return addressIn(p, homes.get(node)!, offset * 4 + arg.offset);
  };
  const fn = library.use(module, kernel);
  const names = library.params(kernel);
  return {
    extent,
    work,
    emit: (p, begin, end) => [
      call(fn, named(fn, [...names.map((name) => value(p, args[name]!)), begin, end, p.workspace])),
    ],
  };
}

function named({ params }: FunctionRef, values: readonly Operand<'i32'>[]): Record<string, Operand<'i32'>> {
  return Object.fromEntries(Object.keys(params).map((name, i) => [name, values[i]!]));
}
