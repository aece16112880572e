// Loops of the same structure share one function: sizes, strides and addresses are its parameters.
import type { Local, ParamLocals } from '../wasm/index.ts';
import { innerStep } from './evaluate.ts';
import type { Loop } from './loop.ts';

/** An argument of a loop's function: a number, or the address of what an operand reads or a result writes. */
export type LoopArgument = number | { readonly operand: number } | { readonly result: number };

/** Something that moves through memory, or through numbers, as the loop runs. */
export interface Stream {
  readonly name: string;
  /** Bytes (for index operands: steps) per dimension. */
  readonly strides: readonly number[];
}

type Words = Record<string, 'i32'>;

/** The parameters of a loop's function, and the arguments that make it this loop. */
export class Signature {
  readonly params: Words = {};
  readonly args: LoopArgument[] = [];
  /** Operands first, then results. */
  readonly streams: readonly Stream[];
  readonly #loop: Loop;

  constructor(loop: Loop) {
    this.#loop = loop;
    const operands = loop.operands.map(({ kind, strides }, i) => ({
      name: `x${i}`,
      strides: kind === 'memory' ? strides.map((stride) => stride * 4) : strides,
    }));
    const folded = foldStrides(loop);
    const results = loop.results.map((result, i) => ({
      name: `y${i}`,
      strides: (result.kind === 'store' ? result.strides : folded).map((stride) => stride * 4),
    }));
    this.streams = [...operands, ...results];
    operands.forEach(({ name }, i) => {
      const { kind, offset } = loop.operands[i]!;
      this.add(name, kind === 'memory' ? { operand: i } : offset);
    });
    results.forEach(({ name }, i) => {
      this.add(name, { result: i });
    });
    loop.operands.forEach((operand, i) => {
      if (innerStep(operand) === 'strided') this.add(`x${i}step`, operand.strides.at(-1)!);
    });
  }

  /** Declares a parameter. */
  add(name: string, value: LoopArgument): void {
    this.params[name] = 'i32';
    this.args.push(value);
  }

  /** Declares what {@link Walker} needs to go through dimension `d`: its size, and the strides that are not 0. */
  addDimension(d: number): void {
    this.add(`n${d}`, this.#loop.dims[d]!);
    for (const { name, strides } of this.streams) if (strides[d] !== 0) this.add(`${name}s${d}`, strides[d]!);
  }

  /** Tells loops apart that need different functions; equal for loops that can share one. */
  key(...facts: readonly unknown[]): string {
    const { terms, operands, results, reduced } = this.#loop;
    return JSON.stringify([
      facts,
      reduced,
      Object.keys(this.params),
      operands.map((operand) => [operand.kind, operand.dtype, innerStep(operand)]),
      terms.map((term) =>
        term.kind === 'map'
          ? [term.op, term.args, term.call]
          : term.kind === 'number'
            ? [term.dtype, Object.is(term.value, -0) ? '-0' : String(term.value)]
            : [term.operand],
      ),
      results.map((result) => (result.kind === 'store' ? [result.term] : [result.op, result.term, result.dtype])),
    ]);
  }
}

/** Results of folds lie one after the other in the order of the dimensions that stay. */
function foldStrides({ dims, reduced }: Loop): number[] {
  let inner = 1;
  return dims
    .map((size, d) => ({ size, d }))
    .reverse()
    .map(({ size, d }) => {
      if (reduced[d]) return 0;
      const stride = inner;
      inner *= size;
      return stride;
    })
    .reverse();
}

/** The parameters as locals of the function being written. */
export type SignatureLocals = ParamLocals<Words>;

/** One parameter. */
export function parameter(p: SignatureLocals, name: string): Local<'i32'> {
  return p[name]!;
}

/** The step parameters of the operands that have one. */
export function stepsOf(loop: Loop, p: SignatureLocals): (Local<'i32'> | undefined)[] {
  return loop.operands.map((operand, i) => (innerStep(operand) === 'strided' ? parameter(p, `x${i}step`) : undefined));
}
