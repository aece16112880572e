import { type Buffer, type Executable, type Graph, UnsupportedOpError } from '@nablajs/tensor';
import { bytesOf, writeValues } from '../memory/values.ts';
import type { Lowering } from '../ops/lowering.ts';
import { familiesOf, OPS } from '../ops/table.ts';
import { nodesOf, type PlanNode } from '../plan/node.ts';
import { tasksOf } from '../plan/schedule.ts';
import { planStorage } from '../plan/storage.ts';
import type { Device } from './device.ts';
import { compileProgram } from './program.ts';

/** Plans and compiles a graph for a device. */
export async function compileGraph(graph: Graph, device: Device): Promise<Executable> {
  const { heap, library } = device;
  requireLowerings(graph);
  const families = await familiesOf(graph);
  for (const { kernels, later } of families) library.add(kernels, later);
  const lowerings = Object.assign({}, ...families.map(({ rows }) => rows)) as Record<string, Lowering>;
  const passes = families.flatMap(({ pass }) => pass ?? []);
  const fused = passes.reduce((current, pass) => pass(current), nodesOf(graph, lowerings));
  const loops = fused.nodes.some(isLoop) ? await import('../plan/loops.ts') : null;
  const nodes = loops
    ? loops.prepareLoops(
        fused,
        graph.donated.map((input) => graph.inputs[input]!),
      )
    : fused;
  const looped = await loops?.loopTasks(nodes);
  if (looped) library.add(looped.kernels);
  const ordered = tasksOf(nodes, library.options, looped?.tasks ?? []);
  const tasks = loops ? await loops.inTurns(ordered) : ordered;
  const storage = planStorage(nodes, tasks, graph.donated, graph.constants.length);
  const program = await compileProgram(tasks, storage, device);

  const constants = graph.constants.map(({ spec, data }) => {
    const block = heap.allocate(bytesOf(spec), 'a constant of a compiled graph');
    writeValues(heap, block.address, data, spec);
    return block;
  });
  const firstOutput = graph.inputs.length + constants.length;
  const tableLength = firstOutput + graph.outputs.length;
  const table = heap.allocate(tableLength * 4, 'the address table of a compiled graph');
  const outputSpecs = nodes.outputs.map(({ spec }) => spec);
  let disposed = false;

  const run = (inputs: readonly Buffer[]): readonly Buffer[] => {
    device.requireOpen();
    if (disposed) throw device.closed('this compiled graph');
    const given = inputs.map((buffer) => device.blockOf(buffer));
    const fresh: Buffer[] = [];
    const prepare = (): { readonly arena: number; readonly workspace: number } => {
      try {
        for (const [i, home] of storage.outputs.entries()) {
          if (home.kind === 'new') fresh.push(device.allocate(outputSpecs[i]!));
        }
        const arena = device.scratch('arena', storage.arenaBytes);
        return { arena, workspace: device.scratch('workspace', program.workspaceBytes * device.threads) };
      } catch (error) {
        for (const buffer of fresh) device.free(buffer);
        for (const input of graph.donated) device.free(inputs[input]!);
        throw error;
      }
    };
    const { arena, workspace } = prepare();
    const taken = new Set<number>();
    let next = 0;
    const outputs = storage.outputs.map((home, i) => {
      if (home.kind === 'new') return fresh[next++]!;
      taken.add(home.input);
      return device.rename(inputs[home.input]!, outputSpecs[i]!);
    });
    const addresses = heap.integers(table.address, tableLength);
    given.forEach(({ address }, i) => {
      addresses[i] = address;
    });
    constants.forEach(({ address }, i) => {
      addresses[graph.inputs.length + i] = address;
    });
    outputs.forEach((buffer, i) => {
      addresses[firstOutput + i] = device.blockOf(buffer).address;
    });
    program.run({ table: table.address, arena, workspace });
    for (const input of graph.donated) if (!taken.has(input)) device.free(inputs[input]!);
    return outputs;
  };

  return {
    run: async (inputs) => run(inputs),
    describe: () =>
      [
        `cpu: ${tasks.length} tasks, arena ${storage.arenaBytes} bytes, workspace ${program.workspaceBytes} bytes, code ${program.codeBytes} bytes`,
        ...tasks.map(({ label }) => `  ${label}`),
      ].join('\n'),
    dispose: () => {
      if (disposed) return;
      disposed = true;
      program.dispose();
      for (const block of [...constants, table]) heap.free(block);
    },
  };
}

/** True for nodes that take more than a call of kernels. */
function isLoop({ kind }: PlanNode): boolean {
  return kind === 'map' || kind === 'reduce' || kind === 'pieces';
}

function requireLowerings({ code }: Graph): void {
  const unknown = code.filter(({ op }) => !OPS.has(op));
  if (unknown.length === 0) return;
  const lines = unknown.map(({ op, site }) => `\n  ${op}${site ? ` at ${site}` : ''}`);
  throw new UnsupportedOpError(
    `cpu: no lowering for${lines.join('')}\nGive the op a decomposition, so that it is taken apart before it gets here.`,
  );
}
