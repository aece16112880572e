// The inside of a loop: terms as vector code, each computed as far out as it can be.
import type { DType } from '@nablajs/tensor';
import { type Expr, type FunctionBuilder, f32x4, i32, i32x4, type Local, select, v128 } from '../wasm/index.ts';
import type { Loop, LoopOperand, Term } from './loop.ts';
import type { MapContext, V } from './math/context.ts';

/** How often a term changes: never, with the rows, with every vector. */
type Pace = 0 | 1 | 2;

/** How an operand moves along the innermost dimension. */
export type InnerStep = 'still' | 'next' | 'strided';

/** How an operand moves along the innermost dimension. */
export function innerStep({ kind, strides }: LoopOperand): InnerStep {
  const step = strides.at(-1)!;
  return step === 0 ? 'still' : step === 1 && kind === 'memory' ? 'next' : 'strided';
}

/** Where a vector begins: addresses of all operands, bytes along the innermost dimension, and how many lanes count (all by default). */
export interface Position {
  readonly addresses: readonly Expr<'i32'>[];
  readonly offset: Expr<'i32'>;
  readonly lanes?: Local<'i32'>;
}

/** A literal in all lanes. */
export function literal(value: number, dtype: DType): V {
  if (dtype === 'float32') return f32x4.const(value);
  return i32x4.const(dtype === 'bool' ? (value === 0 ? 0 : -1) : value);
}

/** Emits the terms of one loop. */
export class Evaluator {
  readonly #c: MapContext;
  readonly #loop: Loop;
  readonly #paces: readonly Pace[];
  /** Strides along the innermost dimension, for operands that neither stand still nor move word by word. */
  readonly #steps: readonly (Expr<'i32'> | undefined)[];
  readonly #values: (V | undefined)[];

  constructor(c: MapContext, loop: Loop, steps: readonly (Expr<'i32'> | undefined)[]) {
    this.#c = c;
    this.#loop = loop;
    this.#steps = steps;
    this.#paces = pacesOf(loop);
    this.#values = loop.terms.map(() => undefined);
  }

  /** Computes what is the same everywhere. */
  once(addresses: readonly Expr<'i32'>[]): void {
    this.#compute(0, { addresses, offset: i32.const(0) });
  }

  /** Computes what is the same along the innermost dimension. */
  perRow(addresses: readonly Expr<'i32'>[]): void {
    this.#compute(1, { addresses, offset: i32.const(0) });
  }

  /** Computes the rest for four elements; hands out all terms. */
  perVector(at: Position): V[] {
    const values = this.#compute(2, at);
    return values as V[];
  }

  #compute(pace: Pace, at: Position): (V | undefined)[] {
    // What is computed per vector is not kept: the next vector has other values.
    const values = pace === 2 ? [...this.#values] : this.#values;
    this.#loop.terms.forEach((term, i) => {
      if (this.#paces[i] === pace) values[i] = this.#term(term, values, at);
    });
    return values;
  }

  #term(term: Term, values: readonly (V | undefined)[], at: Position): V {
    if (term.kind === 'number') return literal(term.value, term.dtype);
    const { f } = this.#c;
    if (term.kind === 'operand') return f.let(this.#load(term.operand, at));
    const args = term.args.map((arg) => values[arg]!);
    return f.let(term.lowering.emit(this.#c, args, term.call));
  }

  #load(index: number, at: Position): V {
    const operand = this.#loop.operands[index]!;
    const address = at.addresses[index]!;
    const step = innerStep(operand);
    if (operand.kind === 'index') return this.#indices(operand, address, index, at);
    if (step === 'still') return v128.load32Splat(address);
    if (step === 'next') return v128.load(i32.add(address, at.offset));
    return gatherLanes(this.#c.f, address, this.#steps[index]!, at);
  }

  #indices(operand: LoopOperand, first: Expr<'i32'>, index: number, at: Position): V {
    const step = this.#steps[index];
    const lanes =
      innerStep(operand) === 'still'
        ? i32x4.splat(first)
        : i32x4.add(
            i32x4.splat(i32.add(first, i32.mul(i32.shrU(at.offset, 2), step!))),
            i32x4.mul(i32x4.splat(step!), i32x4.const(0, 1, 2, 3)),
          );
    return operand.dtype === 'float32' ? f32x4.convertS(lanes) : lanes;
  }
}

/** Four words a stride apart. Lanes that do not count read the first word: what lies beyond the operand may not exist. */
function gatherLanes(f: FunctionBuilder, address: Expr<'i32'>, step: Expr<'i32'>, { offset, lanes }: Position): V {
  const first = f.let(i32.add(address, i32.mul(offset, step)));
  return [1, 2, 3].reduce<V>((vector, lane) => {
    const distance = i32.mul(step, 4 * lane);
    const within = lanes ? select(i32.gtS(lanes, lane), distance, i32.const(0)) : distance;
    return v128.load32Lane(i32.add(first, within), vector, lane);
  }, v128.load32Zero(first));
}

function pacesOf({ terms, operands }: Loop): Pace[] {
  const paces: Pace[] = [];
  for (const term of terms) {
    if (term.kind === 'number') paces.push(0);
    else if (term.kind === 'map') paces.push(Math.max(0, ...term.args.map((arg) => paces[arg]!)) as Pace);
    else {
      const operand = operands[term.operand]!;
      paces.push(operand.strides.every((stride) => stride === 0) ? 0 : innerStep(operand) === 'still' ? 1 : 2);
    }
  }
  return paces;
}
