// What the numbers were measured on.
import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';

/** A machine and its state. */
export interface Machine {
  readonly date: string;
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memory: number;
  /** Extensions of the instruction set that decide how fast products are, where the system tells. */
  readonly extensions: readonly string[];
  /** Average of runnable threads over the last minute, before the first benchmark. */
  readonly load: number;
}

const EXTENSIONS = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'avx512_fp16', 'amx_tile', 'asimd', 'sve'];

/** This machine, now. */
export function machineNow(): Machine {
  const flags = new Set(existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8').split(/\s+/) : []);
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    system: `${platform()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    extensions: EXTENSIONS.filter((name) => flags.has(name)),
    load: Math.round(loadavg()[0]! * 10) / 10,
  };
}

/** One line of it. */
export function describeMachine(machine: Machine): string {
  const { date, node, system, processor, cores, memory, extensions, load } = machine;
  const known = extensions.length > 0 ? ` (${extensions.join(', ')})` : '';
  return `${date}, Node ${node}, ${system}, ${cores} x ${processor}${known}, ${memory} GB, load ${load} before the run`;
}
