// 256-bit vectors are an experiment of V8's: before they are used, what they compute is compared with what 128-bit ones do.
import { exp } from './fuse/math/exp.ts';
import { type KernelOptions, tileFor } from './kernels/kernel.ts';
import { gemm } from './kernels/product/gemm.ts';
import { planMatmul } from './kernels/product/matmul.ts';
import {
  type Features,
  type FunctionBuilder,
  f32x4,
  i32,
  ModuleBuilder,
  madd,
  nodeMajor,
  setV8Flag,
  v128,
} from './wasm/index.ts';

const FIRST_NODE = 24;
const FLAG = 'experimental-wasm-revectorize';

/** The same features with 256-bit vectors, where the engine has them and they prove right; else with a note that says why not. */
export function withWideVectors(features: Features): Features {
  const without = (reason: string): Features => ({ ...features, notes: [...features.notes, `turbo: ${reason}`] });
  const node = nodeMajor();
  if (node < FIRST_NODE) {
    const here = node === 0 ? 'this is another engine' : `this is Node ${node}`;
    return without(`off, for it needs Node ${FIRST_NODE} or later; ${here}.`);
  }
  const wide = { ...features, wideVectors: true };
  const difference = verdict(features, wide);
  return difference === null
    ? wide
    : without(`off, for 256-bit vectors gave other results than 128-bit ones (${difference}).`);
}

const verdicts = new Map<boolean, string | null>();

/** Where the results with and without 256-bit vectors differ, `null` if nowhere. One answer per process and way to multiply. */
function verdict(features: Features, wide: Features): string | null {
  const known = verdicts.get(features.relaxedSimd);
  if (known !== undefined) return known;
  const expected = trial(features);
  setV8Flag(`--${FLAG}`);
  // The compiler that pairs vectors would otherwise wait until the code has run for a while.
  setV8Flag('--no-liftoff');
  const found = trial(wide);
  setV8Flag('--liftoff');
  const difference = disagreement(expected, found);
  if (difference !== null) setV8Flag(`--no-${FLAG}`);
  verdicts.set(features.relaxedSimd, difference);
  return difference;
}

/** Where two trials differ, `null` where they agree in every bit; any NaN is like any other. */
export function disagreement(expected: Float32Array, found: Float32Array): string | null {
  const at = expected.findIndex((value, i) => !Object.is(value, found[i]));
  return at < 0 ? null : `number ${at} is ${found[at]} instead of ${expected[at]}`;
}

const SHAPE = { batch: 1, m: 13, n: 53, k: 37, transposeA: false, transposeB: false } as const;
const [A, B, BIAS, C, X, Y] = [4096, 8192, 20480, 24576, 32768, 36864] as const;
const WORKSPACE = 65536;
const ELEMENTS = 1024;
const EXTREMES = [
  0,
  -0,
  1e-40,
  -1e-40,
  88.7,
  -103,
  1e30,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
];

/** The results of a product and of a loop, compiled with these features. */
function trial(features: Features): Float32Array {
  const options: KernelOptions = { relaxed: features.relaxedSimd, tile: tileFor(features) };
  const module = new ModuleBuilder({ initial: 1, shared: false });
  gemm.emit(module, options);
  module.export(
    module.function('loop', {}, (f) => {
      f.for(0, ELEMENTS * 4, 32, (at) => {
        for (const half of [0, 16]) element(f, features.relaxedSimd, half, at);
      });
    }),
  );
  const [call] = planMatmul(SHAPE, options, { bias: true, relu: true }).calls as [
    ReturnType<typeof planMatmul>['calls'][0],
  ];
  const memory = new WebAssembly.Memory({ initial: 2 + Math.ceil(call.workspace / 65536) });
  const floats = new Float32Array(memory.buffer);
  for (let i = A / 4; i < Y / 4; i++) floats[i] = (((i * 7919) % 1021) / 1021 - 0.5) * 20;
  floats.set(EXTREMES, X / 4);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const places: Readonly<Record<string, number>> = { a: A, b: B, bias: BIAS, c: C };
  const args = Object.keys(gemm.params).map((name) => {
    const value = call.args[name]!;
    return typeof value === 'number' ? value : places[value.buffer]! + value.offset;
  });
  (exports['gemm'] as (...args: number[]) => void)(...args, 0, call.extent, WORKSPACE);
  (exports['loop'] as () => void)();
  const results = new Float32Array(SHAPE.m * SHAPE.n + ELEMENTS);
  results.set(floats.subarray(C / 4, C / 4 + SHAPE.m * SHAPE.n));
  results.set(floats.subarray(Y / 4, Y / 4 + ELEMENTS), SHAPE.m * SHAPE.n);
  return results;
}

/** `y = max(e^x, x / 3) + floor(x)` for four elements. */
function element(f: FunctionBuilder, relaxed: boolean, half: number, at: Parameters<typeof i32.add>[0]): void {
  const x = f.let(v128.load(i32.add(at, X + half)));
  const power = f.let(exp({ f, madd: madd(relaxed) }, x));
  const y = f32x4.add(f32x4.max(power, f32x4.div(x, 3)), f32x4.floor(x));
  f.emit(v128.store(i32.add(at, Y + half), y));
}
