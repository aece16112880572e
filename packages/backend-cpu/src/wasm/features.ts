import type { Expr } from './expr.ts';
import { ModuleBuilder } from './module.ts';
import { f32x4, v128 } from './vector.ts';

/** What the engine at hand can do, decided once, before the first kernel is compiled. */
export interface Features {
  /** Fused (or at least free to fuse) multiply-add. Last bits may differ between machines. */
  readonly relaxedSimd: boolean;
  /** Pairs of 128-bit operations run as 256-bit ones (an experimental V8 option). */
  readonly wideVectors: boolean;
  /** Loads stay where they are written (V8 since Node 22), instead of crowding the registers before the arithmetic. */
  readonly lateLoads: boolean;
}

/** Wishes for {@link detectFeatures}. */
export interface FeatureRequest {
  /** Refuse relaxed SIMD: same bits on every machine. Default false. */
  readonly deterministic?: boolean;
  /** Ask V8 for 256-bit vectors where it can. Default false. */
  readonly turbo?: boolean;
}

/**
 * Probes the engine. Node before 22 has relaxed SIMD behind a flag that may still be set at run time: modules compiled
 * afterwards see it, in workers too. Unknown flags are printed to stderr, so each is tried only where it exists.
 */
export function detectFeatures({ deterministic = false, turbo = false }: FeatureRequest = {}): Features {
  const node = nodeMajor();
  let relaxedSimd = !deterministic && validatesRelaxedSimd();
  if (!deterministic && !relaxedSimd && node >= 16 && node < 22) {
    setV8Flag('--experimental-wasm-relaxed-simd');
    relaxedSimd = validatesRelaxedSimd();
  }
  const wideVectors = turbo && node >= 24 && setV8Flag('--experimental-wasm-revectorize');
  return { relaxedSimd, wideVectors, lateLoads: node >= 22 };
}

/** `a * b + c` per float lane. */
export type Madd = (a: Expr<'v128'>, b: Expr<'v128'>, c: Expr<'v128'>) => Expr<'v128'>;

/** Multiply-add as one relaxed instruction, or as two exact ones. */
export function madd(relaxed: boolean): Madd {
  return relaxed ? f32x4.relaxedMadd : (a, b, c) => f32x4.add(f32x4.mul(a, b), c);
}

function validatesRelaxedSimd(): boolean {
  const module = new ModuleBuilder({ initial: 0, shared: false });
  module.function('probe', { x: 'v128' }, (f, { x }) => f.emit(v128.store(0, f32x4.relaxedMadd(x, x, x))));
  return WebAssembly.validate(module.encode());
}

interface NodeProcess {
  readonly versions?: { readonly node?: string; readonly bun?: string; readonly deno?: string };
  readonly getBuiltinModule?: (name: string) => unknown;
}

function nodeProcess(): NodeProcess | undefined {
  return (globalThis as { readonly process?: NodeProcess }).process;
}

/** 0 outside Node, also where only its names are imitated. */
function nodeMajor(): number {
  const versions = nodeProcess()?.versions;
  return versions?.bun || versions?.deno ? 0 : Number.parseInt(versions?.node ?? '0', 10);
}

function setV8Flag(flag: string): boolean {
  const v8 = nodeProcess()?.getBuiltinModule?.('node:v8') as { setFlagsFromString(flag: string): void } | undefined;
  v8?.setFlagsFromString(flag);
  return v8 !== undefined;
}
