import { ConstantPool, flatten, typeByte, unsigned, vector } from './encode.ts';
import {
  type Code,
  type Expr,
  expr,
  type Local,
  type Operand,
  type ResultType,
  type Statement,
  type ValueType,
} from './expr.ts';
import * as i32 from './instructions/i32.ts';
import { operand } from './instructions/scalar.ts';

/** Parameter names and types, in order. */
export type Params = Readonly<Record<string, ValueType>>;
/** The parameters as seen inside the body. */
export type ParamLocals<P extends Params> = { readonly [K in keyof P]: Local<P[K]> };
/** The arguments of a call, by name. */
export type Arguments<P extends Params> = { readonly [K in keyof P]: Operand<P[K]> };

/** Something that can be called: a function of this module or an import. `index` exists from encoding on. */
export interface FunctionRef<P extends Params = Params, R extends ResultType = ResultType> {
  readonly name: string;
  readonly params: P;
  readonly result: R;
  readonly index: () => number;
}

/** A call as an expression of the function's result type. */
export function call<P extends Params, R extends ResultType>(fn: FunctionRef<P, R>, args: Arguments<P>): Expr<R> {
  const operands = Object.entries(fn.params).map(([name, type]) => {
    const value = (args as Readonly<Record<string, Operand<ValueType> | undefined>>)[name];
    if (value === undefined) throw new TypeError(`call of ${fn.name}: argument "${name}" is missing`);
    return operand(type, value).code;
  });
  return expr(fn.result, [operands, 0x10, fn.index]);
}

/** Collects the statements of one function body. */
export class FunctionBuilder {
  readonly #paramCount: number;
  readonly #locals: ValueType[] = [];
  #block: Code[] = [];

  constructor(paramCount: number) {
    this.#paramCount = paramCount;
  }

  /** A new local variable, zero at first. */
  local<T extends ValueType>(type: T): Local<T> {
    return localAt(type, this.#paramCount + this.#locals.push(type) - 1);
  }

  /** A new local variable holding the value of an expression: computed once, here. */
  let<T extends ValueType>(value: Expr<T>): Local<T> {
    const local = this.local(value.type);
    this.set(local, value as Operand<T>);
    return local;
  }

  /** Assigns. */
  set<T extends ValueType>(local: Local<T>, value: Operand<T>): void {
    this.#block.push([operand(local.type, value).code, 0x21, unsigned(local.index)]);
  }

  /** `local += amount`. */
  increment(local: Local<'i32'>, amount: Operand<'i32'>): void {
    this.set(local, i32.add(local, amount));
  }

  /** Runs statements: stores, bulk memory operations. */
  emit(...statements: readonly Statement[]): void {
    for (const statement of statements) this.#block.push(statement.code);
  }

  /** Calls a function without a result. */
  call<P extends Params>(fn: FunctionRef<P, 'void'>, args: Arguments<P>): void {
    this.emit(call(fn, args));
  }

  /** Leaves the function, with its result if it has one. */
  return(value?: Expr<ValueType>): void {
    this.#block.push([value?.code ?? [], 0x0f]);
  }

  /** Runs `then` when the condition is not 0, else `otherwise`. */
  if(condition: Operand<'i32'>, then: () => void, otherwise?: () => void): void {
    const test = operand('i32', condition).code;
    const yes = this.#nested(then);
    const no = otherwise ? [0x05, this.#nested(otherwise)] : [];
    this.#block.push([test, 0x04, VOID, yes, no, END]);
  }

  /** Runs the body, then again as long as the condition is not 0. The condition is evaluated after the body. */
  loop(body: () => void, condition: Expr<'i32'>): void {
    this.#block.push([0x03, VOID, this.#nested(body), condition.code, 0x0d, 0, END]);
  }

  /** Runs the body as long as the condition, evaluated before it, is not 0. */
  while(condition: Expr<'i32'>, body: () => void): void {
    this.if(condition, () => this.loop(body, condition));
  }

  /** Counts `i = start; i < end; i += step` with signed comparison. `end` is evaluated once. */
  for(start: Operand<'i32'>, end: Operand<'i32'>, step: Operand<'i32'>, body: (i: Local<'i32'>) => void): void {
    this.#count(i32.ltS, start, end, step, body);
  }

  /** `for` over addresses: unsigned comparison. */
  forAddress(start: Operand<'i32'>, end: Operand<'i32'>, step: Operand<'i32'>, body: (i: Local<'i32'>) => void): void {
    this.#count(i32.ltU, start, end, step, body);
  }

  #count(
    below: typeof i32.ltS,
    start: Operand<'i32'>,
    end: Operand<'i32'>,
    step: Operand<'i32'>,
    body: (i: Local<'i32'>) => void,
  ): void {
    const i = this.let(operand('i32', start));
    const last = typeof end === 'number' || 'index' in end ? end : this.let(end);
    this.while(below(i, last), () => {
      body(i);
      this.increment(i, step);
    });
  }

  /** The function as bytes: local declarations, hoisted constants, the body, its result. */
  encode(result: Expr<ResultType> | undefined): number[] {
    const pool = new ConstantPool();
    const body = flatten([this.#block, result?.code ?? []], pool, this.#paramCount + this.#locals.length);
    const preheader = pool.constants.flatMap((bytes, i) => [
      ...[0xfd, 0x0c, ...bytes],
      ...[0x21, ...unsigned(this.#paramCount + this.#locals.length + i)],
    ]);
    const types = [...this.#locals, ...pool.constants.map((): ValueType => 'v128')];
    const content = [...vector(runs(types)), ...preheader].concat(body, END);
    return unsigned(content.length).concat(content);
  }

  #nested(body: () => void): Code[] {
    const outer = this.#block;
    this.#block = [];
    body();
    const inner = this.#block;
    this.#block = outer;
    return inner;
  }
}

/** A parameter or local by its number. */
export function localAt<T extends ValueType>(type: T, index: number): Local<T> {
  return { type, index, code: [0x20, unsigned(index)] };
}

/** Declarations are run-length coded: count, type. */
function runs(types: readonly ValueType[]): number[][] {
  const result: { count: number; type: ValueType }[] = [];
  for (const type of types) {
    const last = result.at(-1);
    if (last?.type === type) last.count++;
    else result.push({ count: 1, type });
  }
  return result.map(({ count, type }) => [...unsigned(count), typeByte(type)]);
}

const VOID = 0x40;
const END = 0x0b;
