import type { Expr } from './expr.ts';
import * as f32x4 from './instructions/f32x4.ts';
import * as v128 from './instructions/v128.ts';
import { ModuleBuilder } from './module.ts';

/** What the engine at hand can do, decided once, before the first kernel is compiled. */
export interface Features {
  /** Fused (or at least free to fuse) multiply-add. Last bits may differ between machines. */
  readonly relaxedSimd: boolean;
  /** Pairs of 128-bit operations run as 256-bit ones (an experimental V8 option). */
  readonly wideVectors: boolean;
  /** Loads stay where they are written (V8 since Node 22), instead of crowding the registers before the arithmetic. */
  readonly lateLoads: boolean;
  /** Why something that could be expected is not in use, a sentence each. */
  readonly notes: readonly string[];
}

/** Wishes for {@link detectFeatures}. */
export interface FeatureRequest {
  /** Refuse relaxed SIMD: same bits on every machine. Default false. */
  readonly deterministic?: boolean;
}

/**
 * Probes the engine. Node before 22 has relaxed SIMD behind a flag that may still be set at run time: modules compiled
 * afterwards see it, in workers too. Unknown flags are printed to stderr, so each is tried only where it exists.
 */
export function detectFeatures({ deterministic = false }: FeatureRequest = {}): Features {
  const node = nodeMajor();
  const lateLoads = node >= 22;
  if (deterministic) return { relaxedSimd: false, wideVectors: false, lateLoads, notes: [] };
  if (!WebAssembly.validate(probe()) && node >= 16 && node < 22) setV8Flag('--experimental-wasm-relaxed-simd');
  const note = doubt();
  return { relaxedSimd: note === null, wideVectors: false, lateLoads, notes: note === null ? [] : [note] };
}

/** `a * b + c` per float lane. */
export type Madd = (a: Expr<'v128'>, b: Expr<'v128'>, c: Expr<'v128'>) => Expr<'v128'>;

/** Multiply-add as one relaxed instruction, or as two exact ones. */
export function madd(relaxed: boolean): Madd {
  return relaxed ? f32x4.relaxedMadd : (a, b, c) => f32x4.add(f32x4.mul(a, b), c);
}

const PROBES: readonly (readonly [a: number, b: number, c: number, exact: number])[] = [
  [2, 3, 4, 10],
  [-0.5, 8, 4, 0],
  [4095, 4097, 1, 16777216],
  [Number.POSITIVE_INFINITY, 1, 1, Number.POSITIVE_INFINITY],
];

/** Multiplies and adds four lanes at address 0, 16 and 32. */
function probe(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  const at = (address: number): Expr<'v128'> => v128.load(address);
  module.export(module.function('probe', {}, (f) => f.emit(v128.store(48, f32x4.relaxedMadd(at(0), at(16), at(32))))));
  return module.encode();
}

/** Why relaxed multiply-add is not to be used here, `null` if it is: where rounding plays no part it must be exact. */
function doubt(): string | null {
  const code = probe();
  if (!WebAssembly.validate(code)) return 'relaxed SIMD: this engine has none; products take two instructions.';
  const memory = new WebAssembly.Memory({ initial: 1 });
  const lanes = new Float32Array(memory.buffer, 0, 16);
  PROBES.forEach((row, lane) => {
    for (const i of [0, 1, 2]) lanes[i * 4 + lane] = row[i]!;
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { env: { memory } });
  (exports['probe'] as () => void)();
  const right = PROBES.every(([, , , exact], lane) => Object.is(lanes[12 + lane], exact));
  return right ? null : 'relaxed SIMD: off, for its multiply-add gives wrong results on this engine.';
}

interface NodeProcess {
  readonly versions?: { readonly node?: string; readonly bun?: string; readonly deno?: string };
  readonly getBuiltinModule?: (name: string) => unknown;
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { readonly process?: NodeProcess }).process;
}

/** The major version of Node; 0 outside of it, also where only its names are imitated. */
export function nodeMajor(): number {
  const versions = nodeProcess()?.versions;
  return versions?.bun || versions?.deno ? 0 : Number.parseInt(versions?.node ?? '0', 10);
}

/** Sets an option of V8, for code compiled from here on. `false` outside of Node. */
export function setV8Flag(flag: string): boolean {
  const v8 = nodeProcess()?.getBuiltinModule?.('node:v8') as { setFlagsFromString(flag: string): void } | undefined;
  v8?.setFlagsFromString(flag);
  return v8 !== undefined;
}
