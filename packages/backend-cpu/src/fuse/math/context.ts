import { type Expr, type FunctionBuilder, f32x4, f64x2, type Madd, v128 } from '../../wasm/index.ts';

/** Four lanes. */
export type V = Expr<'v128'>;

/** Where elementwise code goes, and how it multiplies and adds. */
export interface MapContext {
  readonly f: FunctionBuilder;
  readonly madd: Madd;
}

/** `c[0] + c[1] x + c[2] x^2 + ...`, by Horner's rule. */
export function polynomial({ f, madd }: MapContext, x: V, coefficients: readonly number[]): V {
  const [last, ...rest] = [...coefficients].reverse();
  return rest.reduce<V>((sum, c) => f.let(madd(sum, x, f32x4.const(c))), f32x4.const(last!));
}

/** The lanes of `whenTrue` where the mask has ones, of `whenFalse` elsewhere. */
export function choose(mask: V, whenTrue: V, whenFalse: V): V {
  return v128.bitselect(whenTrue, whenFalse, mask);
}

/** `x` between two numbers; NaN stays NaN. One instruction each, unlike `min` and `max`. */
export function between(least: number, x: V, most: number): V {
  return f32x4.pmax(f32x4.pmin(x, most), least);
}

/** The number in all lanes of a literal that is not NaN; `null` for others. */
export function numberIn({ code }: V): number | null {
  if (typeof code !== 'object' || !('bytes' in code)) return null;
  const [first, ...rest] = new Float32Array(code.bytes.slice().buffer);
  return rest.every((value) => Object.is(value, first)) && !Number.isNaN(first) ? first! : null;
}

/** Computes on four floats in double precision, two lanes at a time. */
export function inDoubles({ f }: MapContext, operands: readonly V[], compute: (...operands: V[]) => V): V {
  const half = (high: boolean): V => {
    const lanes = operands.map((x) => f.let(f64x2.promoteLow(high ? f32x4.shuffle(x, x, [2, 3, 2, 3]) : x)));
    return f32x4.demoteZero(compute(...lanes));
  };
  const low = f.let(half(false));
  return f.let(f32x4.shuffle(low, half(true), [0, 1, 4, 5]));
}

/** {@link polynomial} on doubles. */
export function polynomial64({ f }: MapContext, x: V, coefficients: readonly number[]): V {
  const [last, ...rest] = [...coefficients].reverse();
  return rest.reduce<V>((sum, c) => f.let(f64x2.add(f64x2.mul(sum, x), f64x2.const(c))), f64x2.const(last!));
}
