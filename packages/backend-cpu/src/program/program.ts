// One WebAssembly function per graph: `run(table, arena, workspace)` calls loop after loop and kernel after kernel with
// constant arguments. Nothing is allocated and no JavaScript runs in between.
import { emitLoop } from '../fuse/emit.ts';
import type { LoopArgument } from '../fuse/signature.ts';
import type { Place } from '../kernels/index.ts';
import type { PlanNode } from '../plan/node.ts';
import type { Home, Storage } from '../plan/storage.ts';
import type { CallStep, LoopStep, Task } from '../plan/task.ts';
import { call, type Expr, i32, type Madd, ModuleBuilder, type Operand } from '../wasm/index.ts';
import { type KernelLibrary, LIBRARY } from './kernels.ts';

/** A compiled program: addresses in a table, the arena, scratch for kernels. */
export interface Program {
  readonly run: (table: number, arena: number, workspace: number) => void;
  /** Bytes the kernels need as scratch while they run. */
  readonly workspaceBytes: number;
  readonly codeBytes: number;
}

/** Emits and compiles the program of a plan. */
export async function compileProgram(
  tasks: readonly Task[],
  storage: Storage,
  library: KernelLibrary,
  madd: Madd,
  memory: WebAssembly.Memory,
): Promise<Program> {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  let workspaceBytes = 0;
  const run = module.function('run', { table: 'i32', arena: 'i32', workspace: 'i32' }, (f, p) => {
    const address = (home: Home, bytes: number): Expr<'i32'> => {
      const start = home.kind === 'table' ? i32.load(p.table, home.entry * 4) : i32.add(p.arena, home.offset);
      return bytes === 0 ? start : i32.add(start, bytes);
    };
    const addressOf = (node: PlanNode, words: number): Expr<'i32'> => address(storage.homes.get(node)!, words * 4);

    const loop = ({ loop, operands, results }: LoopStep): void => {
      const { fn, args, extent } = emitLoop({ module, madd }, loop);
      const value = (arg: LoopArgument): Operand<'i32'> => {
        if (typeof arg === 'number') return arg;
        if ('operand' in arg) return addressOf(operands[arg.operand]!, loop.operands[arg.operand]!.offset);
        const result = loop.results[arg.result]!;
        return addressOf(results[arg.result]!, result.kind === 'store' ? result.offset : 0);
      };
      f.emit(call(fn, named(Object.keys(fn.params), [...args.map(value), 0, extent])) as Expr<'void'>);
    };
    const kernel = ({ call: step, buffers }: CallStep, scratch: number | undefined): void => {
      const value = (arg: number | Place): Operand<'i32'> => {
        if (typeof arg === 'number') return arg;
        if (arg.buffer === 'shared') return address({ kind: 'arena', offset: scratch! }, arg.offset);
        const { node, offset } = buffers.get(arg.buffer)!;
        return address(storage.homes.get(node)!, offset * 4 + arg.offset);
      };
      const names = library.params(step.kernel);
      const fn = library.use(module, step.kernel);
      const values = [...names.map((name) => value(step.args[name]!)), 0, step.extent, p.workspace];
      f.emit(call(fn, named(Object.keys(fn.params), values)));
      workspaceBytes = Math.max(workspaceBytes, step.workspace);
    };
    for (const task of tasks) {
      for (const step of task.steps) {
        if (step.kind === 'loop') loop(step);
        else kernel(step, storage.scratch.get(task));
      }
    }
  });
  module.export(run);
  const code = module.encode();
  const imports = { env: { memory }, [LIBRARY]: library.exports };
  const { instance } = await WebAssembly.instantiate(code, imports);
  return { run: instance.exports['run'] as Program['run'], workspaceBytes, codeBytes: code.length };
}

function named(names: readonly string[], values: readonly Operand<'i32'>[]): Record<string, Operand<'i32'>> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}
