// A graph as one WebAssembly module: functions that call loop after loop and kernel after kernel with constant arguments.
// On one thread it is a single function. With more, each step that is worth sharing is a function of its own.
import type { Place } from '../kernels/kernel.ts';
import type { Home, Storage } from '../plan/storage.ts';
import type { Argument, CallStep, ChainStep, LoopCall, LoopStep, Task } from '../plan/task.ts';
import type { Divisible, RunMemory, Section, StepFunction } from '../threads/pool.ts';
import {
  call,
  type Expr,
  type FunctionBuilder,
  type FunctionRef,
  i32,
  type Local,
  ModuleBuilder,
  type Operand,
} from '../wasm/index.ts';
import { compileModule } from './compile-module.ts';
import type { Device } from './device.ts';
import { type KernelLibrary, LIBRARY } from './kernels.ts';

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
interface Action extends Divisible {
  readonly emit: (f: FunctionBuilder, p: Frame, begin: Operand<'i32'>, end: Operand<'i32'>) => void;
}

/** Emits and compiles the program of a plan. */
export async function compileProgram(tasks: readonly Task[], storage: Storage, device: Device): Promise<Program> {
  const { library, heap, pool } = device;
  const module = new ModuleBuilder(heap.import);
  const steps = tasks.flatMap((task) => task.steps.map((step) => ({ step, scratch: storage.scratch.get(task) ?? 0 })));
  const calls = steps.flatMap(({ step }) => (step.kind === 'call' ? [step.call] : []));
  const kernels = new Set(calls.map(({ kernel }) => kernel));
  await library.fetch(kernels);
  const actions = steps.map(({ step, scratch }) => actionOf(module, device, storage, step, scratch));
  const sections = pool ? pool.sections(actions) : [{ actions, shared: false }];
  sections.forEach((section, i) => {
    module.export(sectionFunction(module, `step${i}`, section));
  });
  const code = module.encode();
  await library.prepare(kernels);
  const compiled = await compileModule(code);
  const instance = new WebAssembly.Instance(compiled, {
    env: { memory: heap.memory },
    [LIBRARY]: library.exports,
  });
  const functions = sections.map((_, i) => instance.exports[`step${i}`] as StepFunction);
  const workspaceBytes = Math.ceil(Math.max(0, ...calls.map(({ workspace }) => workspace)) / 64) * 64;
  const common = { workspaceBytes, codeBytes: code.length };

  if (pool && sections.some(({ shared }) => shared)) {
    return { ...common, ...pool.share(compiled, functions, sections, workspaceBytes) };
  }
  const run = ({ table, arena, workspace }: RunMemory): void => {
    for (const step of functions) step(table, arena, 0, 0, workspace);
  };
  return { ...common, run, dispose: () => undefined };
}

function sectionFunction(module: ModuleBuilder, name: string, { actions, shared }: Section<Action>): FunctionRef {
  return module.function(name, FRAME, (f, p) => {
    for (const { extent, emit } of actions) emit(f, p, shared ? p.begin : 0, shared ? p.end : extent);
  });
}

function addressIn(p: Frame, home: Home, bytes: number): Expr<'i32'> {
  const start = home.kind === 'table' ? i32.load(p.table, home.entry * 4) : i32.add(p.arena, home.offset);
  return bytes === 0 ? start : i32.add(start, bytes);
}

function actionOf(
  module: ModuleBuilder,
  device: Device,
  storage: Storage,
  step: LoopStep | ChainStep | CallStep,
  scratch: number,
): Action {
  if (step.kind !== 'chain') return callOf(module, device, storage, step, scratch);
  const actions = step.steps.map((loop) => callOf(module, device, storage, loop, scratch));
  return {
    extent: step.blocks,
    work: actions.reduce((sum, { work }) => sum + work, 0),
    emit: (f, p, begin, end) => {
      const loops = actions.map(({ extent, emit }) => ({ extent, emit: emit.bind(null, f, p) }));
      step.emit(f, loops, begin, end);
    },
  };
}

function callOf(
  module: ModuleBuilder,
  { library, madd }: Device,
  { homes }: Storage,
  step: LoopStep | CallStep,
  scratch: number,
): Action {
  const { fn, args, extent } = step.kind === 'loop' ? step.emit({ module, madd }) : kernelCall(module, library, step);
  const value = (p: Frame, arg: Argument): Operand<'i32'> => {
    if (typeof arg === 'number') return arg;
    return addressIn(p, arg.node ? homes.get(arg.node)! : { kind: 'arena', offset: scratch }, arg.bytes);
  };
  return {
    extent,
    work: step.kind === 'loop' ? step.work : step.call.work,
    // Loops take no workspace: it is the last argument, and left out.
    emit: (f, p, begin, end) => {
      f.emit(call(fn, named(fn, [...args.map((arg) => value(p, arg)), begin, end, p.workspace])) as Expr<'void'>);
    },
  };
}

function kernelCall(
  module: ModuleBuilder,
  library: KernelLibrary,
  { call: { kernel, args, extent }, buffers }: CallStep,
): LoopCall {
  const place = (arg: number | Place): Argument => {
    if (typeof arg === 'number') return arg;
    if (arg.buffer === 'shared') return { node: null, bytes: arg.offset };
    const { node, offset } = buffers.get(arg.buffer)!;
    return { node, bytes: offset * 4 + arg.offset };
  };
  return { fn: library.use(module, kernel), args: library.params(kernel).map((name) => place(args[name]!)), extent };
}

function named({ params }: FunctionRef, values: readonly Operand<'i32'>[]): Record<string, Operand<'i32'>> {
  return Object.fromEntries(Object.keys(params).map((name, i) => [name, values[i]!]));
}
