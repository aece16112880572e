// Philox4x32-10 (Salmon et al., SC 2011) on four counters at once, bit for bit what @nablajs/tensor's randomWords gives.
import { transpose4 } from '../../kernels/arithmetic.ts';
import { defineKernel, type Kernel } from '../../kernels/kernel.ts';
import { type Expr, type FunctionBuilder, f32x4, i32, i32x4, v128 } from '../../wasm/index.ts';

type V = Expr<'v128'>;

const PHILOX = {
  /** Two words. */
  key: 'i32',
  /** Which of the key's draws. */
  draw: 'i32',
  y: 'i32',
} as const;

const MULTIPLIERS = [0xd2511f53 | 0, 0xcd9e8d57 | 0] as const;
const WEYL = [0x9e3779b9 | 0, 0xbb67ae85 | 0] as const;
const SALT = 0x4e61626c;
const ROUNDS = 10;

/** 24 random bits per element; units are lines of 16 elements, the last one written whole. */
export const philox: Kernel<typeof PHILOX> = defineKernel('philox', PHILOX, (f, p) => {
  const seed = f.let(i32.load(p.key));
  const keys = Array.from({ length: ROUNDS }, (_, round) => [
    f.let(i32x4.splat(i32.add(seed, Math.imul(WEYL[0], round)))),
    i32x4.const((SALT + Math.imul(WEYL[1], round)) | 0),
  ]) as [V, V][];
  const count = f.let(i32x4.splat(i32.load(p.key, 4)));
  const draw = f.let(i32x4.splat(p.draw));
  f.for(p.begin, p.end, 1, (line) => {
    let counter: V[] = [
      f.let(i32x4.add(i32x4.splat(i32.shl(line, 2)), i32x4.const(0, 1, 2, 3))),
      i32x4.const(0),
      count,
      draw,
    ];
    for (const key of keys) counter = round(f, counter, key);
    const target = f.let(i32.add(p.y, i32.shl(line, 6)));
    transpose4(f, counter).forEach((block, i) => {
      f.emit(v128.store(target, i32x4.shrU(block, 8), i * 16));
    });
  });
});

function round(f: FunctionBuilder, [c0, c1, c2, c3]: readonly V[], [k0, k1]: readonly [V, V]): V[] {
  const first = product(f, c0!, MULTIPLIERS[0]);
  const second = product(f, c2!, MULTIPLIERS[1]);
  return [
    f.let(v128.xor(v128.xor(second.high, c1!), k0)),
    f.let(second.low),
    f.let(v128.xor(v128.xor(first.high, c3!), k1)),
    f.let(first.low),
  ];
}

/** Low and high words of the products with a constant. */
function product(f: FunctionBuilder, x: V, factor: number): { readonly low: V; readonly high: V } {
  const [a, b] = [i32x4.extmulLowU, i32x4.extmulHighU].map((multiply) => f.let(multiply(x, i32x4.const(factor))));
  return { low: f32x4.shuffle(a!, b!, [0, 2, 4, 6]), high: f32x4.shuffle(a!, b!, [1, 3, 5, 7]) };
}
