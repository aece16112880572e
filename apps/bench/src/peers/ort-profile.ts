// The traces that ONNX Runtime writes of its sessions, summed up.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An event of a trace: microseconds, and for kernels the operator. */
interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** What one operator took over all runs of a session. */
export interface OperatorTime {
  readonly op: string;
  readonly nodes: number;
  readonly milliseconds: number;
}

/** Time by operator in the longest session of those that `use` opened and closed, in milliseconds per run. */
export async function profiled(use: (prefix: string) => Promise<void>): Promise<OperatorTime[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-profile-'));
  try {
    await use(join(folder, 'session'));
    const traces = readdirSync(folder).map(
      (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as TraceEvent[],
    );
    const sums = traces.map(summed).sort((a, b) => total(b) - total(a));
    return sums[0] ?? [];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function summed(trace: readonly TraceEvent[]): OperatorTime[] {
  const runs = trace.filter(({ name }) => name === 'model_run').length;
  const byOp = new Map<string, { nodes: Set<string>; micros: number }>();
  for (const { cat, name, dur, args } of trace) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || args?.op_name === undefined) continue;
    const entry = byOp.get(args.op_name) ?? { nodes: new Set(), micros: 0 };
    entry.nodes.add(name);
    entry.micros += dur;
    byOp.set(args.op_name, entry);
  }
  return [...byOp]
    .map(([op, { nodes, micros }]) => ({ op, nodes: nodes.size, milliseconds: micros / 1000 / Math.max(1, runs) }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function total(times: readonly OperatorTime[]): number {
  return times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
}
