import type { Backend } from '../backend/contract.ts';
import { resolveBackend } from '../backend/current.ts';
import { debugState } from '../debug.ts';
import { ConfigError, TraceError } from '../errors.ts';
import { formatGraph } from '../graph/listing.ts';
import type { Node } from '../graph/node.ts';
import { warn } from '../host.ts';
import type { ComputePrecision } from '../precision.ts';
import { withDraws } from '../random/distributions.ts';
import { keyLeaf, randomStream } from '../random/stream.ts';
import { realize } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import { callOf, describeCall, type GuardValue } from './call.ts';
import { traceProgram } from './program.ts';
import { enqueue } from './queue.ts';
import { runStep, type Step } from './step.ts';

/** Options of {@link compile}. */
export interface CompileOptions {
  /** For messages and `explain()`. Default: the function's own name. */
  readonly name?: string;
  /** Where it runs; default: the current backend at each call. Variables follow it there. */
  readonly backend?: Backend;
  /** Default `float32`. Does not apply to `debug({ eager: true })`, where ops run by themselves. */
  readonly precision?: ComputePrecision;
  /** More traces than this are an error. Default: no limit, a warning at the fifth. */
  readonly maxTraces?: number;
  /** Values outside the arguments that the function depends on; a change traces anew. Default none. */
  readonly guard?: () => readonly GuardValue[];
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

const WARN_AT = 5;

/**
 * Makes `f` run as one graph: traced once per signature (shapes and dtypes of tensor arguments, values of all others),
 * compiled, then only run. Variables read inside become inputs, assigned ones outputs, updated in place. Calls run one
 * after the other; a variable read while one runs has the value it leaves.
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
  const caches = new Map<Backend, Map<string, Step>>();
  const stats = { traces: 0, runs: 0 };
  const mostTraces = options.maxTraces ?? Number.POSITIVE_INFINITY;
  let last: ReadonlyMap<string, string> = new Map();

  const guard = (): readonly GuardValue[] => options.guard?.() ?? [];

  async function stepFor(backend: Backend, key: string, args: In): Promise<Step> {
    let cache = caches.get(backend);
    if (!cache) {
      cache = new Map();
      caches.set(backend, cache);
    }
    const known = cache.get(key);
    if (known) return known;
    const { checkNumerics } = debugState;
    const [before, call] = [last, describeCall(args, guard())];
    last = call;
    stats.traces++;
    // Nothing is awaited in the usual case: what the key was made from is as it was.
    if (stats.traces === WARN_AT || stats.traces > mostTraces) await complain(before, call);
    const numerics = checkNumerics ? await import('./numerics.ts') : null;
    const mixed = options.precision === 'mixedFloat16' ? await import('../graph/passes/autocast.ts') : null;
    mixed?.requireHalf(backend);
    const target = { backend, cast: mixed?.autocast, watchNumerics: numerics?.watchNumerics };
    const program = traceProgram(name, f, args, target);
    const step = { program, executable: await backend.compile(program.graph) };
    cache.set(key, step);
    return step;
  }

  async function complain(before: ReadonlyMap<string, string>, call: ReadonlyMap<string, string>): Promise<void> {
    const { difference } = await import('./differences.ts');
    const changed = difference(before, call);
    if (stats.traces > mostTraces) {
      throw new ConfigError(`compile '${name}': traced more than ${mostTraces} times: ${changed}`);
    }
    warn(`compile '${name}': traced ${WARN_AT} times, each a full compilation: ${changed}`);
  }

  const compiled = (...args: In): Promise<Out> => {
    refuseInTrace(name);
    // Taken now, so that keys follow the order of calls.
    const random = randomStream().nextKey();
    if (debugState.eager) return runEagerly(f, args, keyLeaf(random));
    return enqueue(async () => {
      const backend = options.backend ?? (await resolveBackend());
      const { key, tensors } = callOf(args, guard());
      const step = await stepFor(backend, key, args);
      stats.runs++;
      return (await runStep(step, backend, tensors, keyLeaf(random))) as Out;
    });
  };
  return Object.assign(compiled, {
    stats,
    prepare: (...args: In): Promise<void> =>
      enqueue(async () => {
        await stepFor(options.backend ?? (await resolveBackend()), callOf(args, guard()).key, args);
      }),
    explain: (): string => {
      const steps = [...caches.values()].flatMap((cache) => [...cache.values()]);
      return [`${name}: ${stats.traces} traces, ${stats.runs} runs`, ...steps.map(explainStep)].join('\n\n');
    },
    dispose: (): void => {
      for (const cache of caches.values()) for (const { executable } of cache.values()) executable.dispose();
      caches.clear();
    },
  });
}

function explainStep({ program, executable }: Step): string {
  const labels = program.inputs.map(({ label }) => label);
  return [formatGraph(program.graph, labels), executable.describe?.()].filter(Boolean).join('\n');
}

async function runEagerly<In extends readonly unknown[], Out>(
  f: (...args: In) => Out,
  args: In,
  key: Node,
): Promise<Out> {
  const result = withDraws({ key, count: 0 }, () => f(...args));
  await realize(...callOf([result], []).tensors);
  return result;
}

function refuseInTrace(name: string): void {
  const outer = currentTrace();
  if (outer !== null) {
    throw new TraceError(
      `compiled function '${name}' was called inside the compiled function '${outer.name}'. Call the plain function there.`,
    );
  }
}
