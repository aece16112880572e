import type { Backend, Buffer, Executable } from '../backend/contract.ts';
import { resolveBackend } from '../backend/current.ts';
import { debugState } from '../debug.ts';
import { ConfigError, TraceError } from '../errors.ts';
import { formatGraph } from '../graph/listing.ts';
import { type Node, storedLeaf } from '../graph/node.ts';
import { warn } from '../host.ts';
import { withDraws } from '../random/distributions.ts';
import { keyLeaf, randomStream } from '../random/stream.ts';
import { realize, Tensor } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import { isTensor, mapTree } from '../tree.ts';
import { evaluateNow } from './evaluate.ts';
import { endLeases, type Lease, lease } from './lease.ts';
import { reportNumerics } from './numerics.ts';
import { OutputSlot, type Program, traceProgram } from './program.ts';
import { enqueue } from './queue.ts';
import { copyStorage, residentStorage } from './state.ts';
import { ledgerOf, Storage } from './storage.ts';

/** Options of {@link compile}. */
export interface CompileOptions {
  /** For messages and `explain()`. Default: the function's own name. */
  readonly name?: string;
  /** Where it runs; default: the current backend at each call. Variables follow it there. */
  readonly backend?: Backend;
  /** More traces than this are an error. Default: no limit, a warning at the fifth. */
  readonly maxTraces?: number;
  /** Values outside the arguments that the function depends on; a change traces anew. */
  readonly guard?: () => readonly (number | string | boolean)[];
}

/** A function whose whole computation is one graph. */
export interface Compiled<In extends readonly unknown[], Out> {
  (...args: In): Promise<Out>;
  readonly stats: { readonly traces: number; readonly runs: number };
  /** Traces and compiles for these arguments without running. */
  prepare(...args: In): Promise<void>;
  /** The graphs compiled so far, with shapes, and what the backend made of them. */
  explain(): string;
  /** Frees the compiled graphs; a later call compiles again. */
  dispose(): void;
}

interface Entry {
  readonly program: Program;
  readonly executable: Executable;
}

const WARN_AT = 5;
const wrap = (node: Node): Tensor => new Tensor(node);

/**
 * Makes `f` run as one graph: traced once per signature (shapes and dtypes of tensor arguments, values of all others),
 * compiled, then only run. Variables read inside become inputs, assigned ones outputs, updated in place.
 *
 * `f` must be synchronous and takes and returns tensors, arrays or records of them.
 * @throws TraceError when `f` reads a value or returns a promise
 * @example
 * const step = compile((x, y) => {
 *   const { value, grads } = valueAndGrad(loss)(weights, x, y);
 *   ...
 *   return value;
 * });
 * const loss = await (await step(x, y)).item();
 */
export function compile<In extends readonly unknown[], Out>(
  f: (...args: In) => Out,
  options: CompileOptions = {},
): Compiled<In, Out> {
  const name = options.name ?? (f.name || 'anonymous');
  const caches = new Map<Backend, Map<string, Entry>>();
  const stats = { traces: 0, runs: 0 };
  let lastParts: readonly string[] = [];

  async function entryFor(backend: Backend, args: In): Promise<Entry> {
    const parts = signature(args, options.guard?.() ?? []);
    const key = parts.join('|');
    let cache = caches.get(backend);
    if (!cache) {
      cache = new Map();
      caches.set(backend, cache);
    }
    const known = cache.get(key);
    if (known) return known;
    stats.traces++;
    if (options.maxTraces !== undefined && stats.traces > options.maxTraces) {
      throw new ConfigError(
        `compile '${name}': traced more than ${options.maxTraces} times; ${difference(lastParts, parts)}.`,
      );
    }
    if (stats.traces === WARN_AT) {
      warn(`compile '${name}': traced ${WARN_AT} times, each a full compilation; ${difference(lastParts, parts)}.`);
    }
    lastParts = parts;
    const program = traceProgram(name, f, args, backend);
    const entry = { program, executable: await backend.compile(program.graph) };
    cache.set(key, entry);
    return entry;
  }

  const compiled = (...args: In): Promise<Out> => {
    refuseInTrace(name);
    // Taken now, so that keys follow the order of calls.
    const key = randomStream().nextKey();
    if (debugState.eager) return runEagerly(f, args, keyLeaf(key));
    return enqueue(async () => {
      const backend = options.backend ?? (await resolveBackend());
      const entry = await entryFor(backend, args);
      stats.runs++;
      return (await run(entry, backend, args, keyLeaf(key))) as Out;
    });
  };
  return Object.assign(compiled, {
    stats,
    prepare: (...args: In): Promise<void> =>
      enqueue(async () => {
        await entryFor(options.backend ?? (await resolveBackend()), args);
      }),
    explain: (): string => {
      const entries = [...caches.values()].flatMap((cache) => [...cache.values()]);
      return [
        `${name}: ${stats.traces} traces, ${stats.runs} runs`,
        ...entries.map(({ program, executable }) =>
          [
            formatGraph(
              program.graph,
              program.inputs.map(({ label }) => label),
            ),
            executable.describe?.(),
          ]
            .filter(Boolean)
            .join('\n'),
        ),
      ].join('\n\n');
    },
    dispose: (): void => {
      for (const cache of caches.values()) for (const { executable } of cache.values()) executable.dispose();
      caches.clear();
    },
  });
}

async function run(
  { program, executable }: Entry,
  backend: Backend,
  args: readonly unknown[],
  key: Node,
): Promise<unknown> {
  const tensors = tensorsIn(args);
  const nodes = program.inputs.map((input) =>
    input.kind === 'argument'
      ? tensors[input.index]!.node
      : input.kind === 'key'
        ? key
        : input.kind === 'captured'
          ? input.node
          : input.variable.node,
  );
  await evaluateNow(
    nodes.filter((node) => !node.isLeaf),
    wrap,
    { on: backend },
  );

  const leases: Lease[] = [];
  const spent: Storage[] = [];
  for (const [i, input] of program.inputs.entries()) {
    if (input.kind !== 'variable') {
      leases.push(lease(nodes[i]!, backend));
      continue;
    }
    let storage = await residentStorage(input.variable, backend);
    if (input.donated) {
      if (storage.shared) storage = await copyStorage(storage, input.variable.spec);
      spent.push(storage);
    }
    leases.push({ buffer: storage.buffer, temporary: false });
  }
  const buffers = leases.map(({ buffer }) => buffer);
  let outputs: readonly Buffer[];
  try {
    outputs = await executable.run(buffers);
    for (const storage of spent) storage.surrender('was replaced by a compiled step');
  } catch (error) {
    for (const storage of spent) storage.surrender('was lost when a compiled step failed');
    throw error;
  } finally {
    endLeases(leases);
  }
  const storages = outputs.map((buffer) => new Storage(buffer));
  if (program.watch) await reportNumerics(program.watch, storages.at(-1)!);
  program.writes.forEach((variable, i) => {
    variable.settle(storedLeaf(storages[program.outputs + i]!, variable.spec));
  });
  await ledgerOf(backend).settle();
  return mapTree(program.result, (leaf) =>
    leaf instanceof OutputSlot ? wrap(storedLeaf(storages[leaf.output]!, leaf.spec)) : leaf,
  );
}

async function runEagerly<In extends readonly unknown[], Out>(
  f: (...args: In) => Out,
  args: In,
  key: Node,
): Promise<Out> {
  const result = withDraws({ key, count: 0 }, () => f(...args));
  await realize(...tensorsIn(result));
  return result;
}

/** All tensors in a value, in the order of its arrays and records. */
function tensorsIn(value: unknown): Tensor[] {
  const found: Tensor[] = [];
  mapTree(value, (leaf) => {
    if (isTensor(leaf)) found.push(leaf);
    return leaf;
  });
  return found;
}

function signature(args: readonly unknown[], guard: readonly (number | string | boolean)[]): string[] {
  const parts: string[] = [];
  mapTree(args, (leaf, path) => {
    parts.push(`${path}: ${isTensor(leaf) ? `${leaf.dtype}[${leaf.shape.join(',')}]` : describeStatic(leaf)}`);
    return leaf;
  });
  for (const value of guard) parts.push(`guard: ${String(value)}`);
  parts.push(`debug: ${debugState.checkNumerics}`);
  return parts;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function describeStatic(value: unknown): string {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null)
    return `${typeof value} ${String(value)}`;
  let identity = identities.get(value);
  if (identity === undefined) {
    identity = nextIdentity++;
    identities.set(value, identity);
  }
  return `object #${identity}`;
}

function difference(before: readonly string[], after: readonly string[]): string {
  const at = after.findIndex((part, i) => part !== before[i]);
  if (at < 0) return 'the backend changed';
  const advice = /: number /.test(after[at]!)
    ? 'Pass numbers that change as tensors: scalar(0.1)'
    : 'Keep shapes the same from call to call, for example by padding the last batch or dropping it';
  return `argument ${before[at] ?? 'list'} became ${after[at]!.replace(/^.*?: /, '')}. ${advice}`;
}

function refuseInTrace(name: string): void {
  const outer = currentTrace();
  if (outer !== null) {
    throw new TraceError(
      `compiled function '${name}' was called inside the compiled function '${outer.name}'. Call the plain function there.`,
    );
  }
}
