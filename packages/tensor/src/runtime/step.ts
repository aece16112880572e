// One run of a compiled function: inputs gathered, state handed over, results and new state taken back.
import type { Backend, Buffer, Executable } from '../backend/contract.ts';
import { awaitedLeaf, type Node, storedLeaf } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';
import { mapTree } from '../tree.ts';
import type { Variable } from '../variable.ts';
import { evaluateNow, isWorkWaiting } from './evaluate.ts';
import { endLeases, type Lease, lease } from './lease.ts';
import { OutputSlot, type Program } from './program.ts';
import { readState, writeState } from './state.ts';
import { ledgerOf, Storage } from './storage.ts';

/** A traced function, compiled. */
export interface Step {
  readonly program: Program;
  readonly executable: Executable;
}

/** State that a run takes over, and the node that waits for what replaces it. */
interface Update {
  readonly variable: Variable;
  readonly before: Node;
  readonly storage: Storage;
  readonly after: Node;
  /** Which output of the graph is the new value. */
  readonly output: number;
}

const wrap = (node: Node): Tensor => new Tensor(node);

/** Runs a step on its arguments' tensors and a random key; resolves to the function's result. */
export async function runStep(
  { program, executable }: Step,
  backend: Backend,
  tensors: readonly Tensor[],
  key: Node,
): Promise<unknown> {
  const nodes = program.inputs.map((input) => {
    if (input.kind === 'argument') return tensors[input.index]!.node;
    if (input.kind === 'variable') return input.variable.node;
    return input.kind === 'key' ? key : input.node;
  });
  if (isWorkWaiting(nodes)) await evaluateNow(nodes, wrap, { on: backend });

  const leases: Lease[] = [];
  const updates: Update[] = [];
  let outputs: readonly Buffer[];
  try {
    for (const [i, input] of program.inputs.entries()) {
      const node = nodes[i]!;
      if (input.kind !== 'variable') {
        leases.push(lease(node, backend));
      } else if (input.donated) {
        const writable = writeState(node, backend);
        // Nearly always there already: a turn of the microtask queue per variable would cost more than a small step.
        const storage = writable instanceof Storage ? writable : await writable;
        // A node that only the variable holds stays: its storage gets the new value. Others keep what they stand for.
        const own = node.source?.kind === 'stored' && node.source.storage === storage;
        const after = own ? node : awaitedLeaf(node.spec);
        updates.push({ variable: input.variable, before: node, storage, after, output: input.output! });
        leases.push({ buffer: storage.buffer, temporary: false });
      } else {
        const readable = readState(input.variable, node, backend);
        leases.push(readable instanceof Promise ? await readable : readable);
      }
    }
    outputs = await replacing(updates, () => executable.run(leases.map(({ buffer }) => buffer)));
  } finally {
    endLeases(leases);
  }

  const updated = new Map(updates.map((update) => [update.output, update]));
  // Every buffer has its owner before numerics are reported, so that a step refused for its numbers leaves nothing behind.
  const storages = outputs.map((buffer, i) => updated.get(i)?.storage.renew(buffer) ?? new Storage(buffer));
  if (program.watch) {
    const { reportNumerics } = await import('./numerics.ts');
    await reportNumerics(program.watch, storages.at(-1)!);
  }
  for (const { before, after, storage } of updates) if (after !== before) after.arrive(storage);
  for (const input of program.inputs) {
    if (input.kind !== 'variable' || input.output === null || input.donated) continue;
    input.variable.settle(storedLeaf(storages[input.output]!, input.variable.spec));
  }
  const ledger = ledgerOf(backend);
  if (ledger.isOverBudget) await ledger.settle();
  return mapTree(program.result, (leaf) =>
    leaf instanceof OutputSlot ? wrap(storedLeaf(storages[leaf.output]!, leaf.spec)) : leaf,
  );
}

/** While `run` works on the old state, whoever reads a variable gets the new one, once it is there. */
async function replacing<T>(updates: readonly Update[], run: () => Promise<T>): Promise<T> {
  for (const { variable, before, after } of updates) if (variable.node === before) variable.settle(after);
  try {
    return await run();
  } catch (error) {
    for (const { variable, before, storage, after } of updates) {
      if (variable.node === after) variable.settle(before);
      storage.surrender('of a variable was lost: the compiled step that was updating it failed. It');
    }
    throw error;
  }
}
