import { type Expr, type FunctionBuilder, f32x4, type Local, madd } from '../../wasm/index.ts';
import type { Matrix } from './matrices.ts';

type Vector = Expr<'v128'>;
type Terms = readonly (readonly [factor: number, value: Vector])[];

/**
 * `matrix x values`, for a matrix known now. Two columns, or two rows, that are alike but for the signs share their work:
 * half of what such a pair needs is a sum or a difference of what both need.
 */
export function matrixTimes(
  f: FunctionBuilder,
  relaxed: boolean,
  matrix: Matrix,
  values: readonly Vector[],
): Local<'v128'>[] {
  const sum = (terms: Terms): Vector => combination(relaxed, terms);
  const columns = matrix[0]!.map((_, i) => matrix.map((row) => row[i]!));
  const pair = firstPair(columns);
  if (pair) {
    const [i, j] = pair;
    const [a, b] = [values[i]!, values[j]!];
    const both = [f.let(f32x4.add(a, b)), f.let(f32x4.sub(a, b))];
    const rest = (of: readonly unknown[]) => of.filter((_, k) => k !== i && k !== j);
    const narrowed = matrix.map((row) => [
      ...(rest(row) as number[]),
      row[i] === row[j] ? row[i]! : 0,
      row[i] === row[j] ? 0 : row[i]!,
    ]);
    return matrixTimes(f, relaxed, narrowed, [...(rest(values) as Vector[]), ...both]);
  }
  const results: Local<'v128'>[] = [];
  matrix.forEach((row, i) => {
    if (results[i]) return;
    const j = matrix.findIndex((other, k) => k > i && alike(row, other));
    const term = (k: number) => [row[k]!, values[k]!] as const;
    const present = row.flatMap((factor, k) => (factor === 0 ? [] : [k]));
    if (j < 0) {
      results[i] = f.let(sum(present.map(term)));
      return;
    }
    const same = f.let(sum(present.filter((k) => row[k] === matrix[j]![k]).map(term)));
    const opposite = present.filter((k) => row[k] !== matrix[j]![k]).map(term);
    const factor = opposite.find(([scale]) => Math.abs(scale) === 1) ? 1 : opposite.at(-1)![0];
    const other = f.let(sum(opposite.map(([scale, value]) => [scale / factor, value])));
    results[i] = f.let(
      sum([
        [1, same],
        [factor, other],
      ]),
    );
    results[j] = f.let(
      sum([
        [1, same],
        [-factor, other],
      ]),
    );
  });
  return results;
}

/** The sum of values times numbers; begins with a value that is taken as it is, if there is one. */
function combination(relaxed: boolean, terms: Terms): Vector {
  const order = (factor: number): number => (factor === 1 ? 0 : factor === -1 ? 2 : 1);
  const [[factor, value], ...rest] = terms.toSorted(([a], [b]) => order(a) - order(b)) as [Terms[0], ...Terms];
  const start = factor === 1 ? value : factor === -1 ? f32x4.neg(value) : f32x4.mul(value, factor);
  return rest.reduce<Vector>((total, [scale, next]) => {
    if (scale === 1) return f32x4.add(total, next);
    if (scale === -1) return f32x4.sub(total, next);
    const factor = f32x4.const(Math.abs(scale));
    if (scale > 0) return madd(relaxed)(next, factor, total);
    return relaxed ? f32x4.relaxedNmadd(next, factor, total) : f32x4.sub(total, f32x4.mul(next, factor));
  }, start);
}

/** Whether two rows are the same but for signs, and neither the same nor opposite. */
function alike(a: readonly number[], b: readonly number[]): boolean {
  if (a.some((value, i) => Math.abs(value) !== Math.abs(b[i]!))) return false;
  return a.some((value, i) => value !== 0 && value === b[i]) && a.some((value, i) => value !== b[i]);
}

function firstPair(lines: Matrix): readonly [number, number] | undefined {
  for (const [i, line] of lines.entries()) {
    const j = lines.findIndex((other, k) => k > i && alike(line, other));
    if (j >= 0) return [i, j];
  }
  return undefined;
}
