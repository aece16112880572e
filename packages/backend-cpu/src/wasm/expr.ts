// An expression is a tree of bytes with the type it leaves on the stack. Trees are glued, never copied: bytes come out
// once, when the function is encoded. Using one expression twice computes it twice; `f.let` computes it once.

/** The types of WebAssembly values. Addresses are `i32` (read as unsigned); `v128` is four floats or four integers. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** What an expression leaves behind: a value, or nothing (`void`: stores, calls without a result). */
export type ResultType = ValueType | 'void';

/** A `v128` literal. Its function loads it into a local once, before the body runs. */
export interface VectorConstant {
  readonly bytes: Uint8Array;
}

/** Bytes to be: a byte, a sequence, a hoisted constant, or a number known only at encoding time (function indices). */
export type Code = number | VectorConstant | (() => number) | readonly Code[];

/** A typed piece of code. */
export interface Expr<T extends ResultType> {
  readonly type: T;
  readonly code: Code;
}

/** A statement: code that leaves nothing on the stack. */
export type Statement = Expr<'void'>;

/** A parameter or local variable; reads itself when used as an expression. */
export interface Local<T extends ValueType> extends Expr<T> {
  readonly index: number;
}

/** What operations accept: an expression, or a literal for scalars. */
export type Operand<T extends ValueType> =
  | Expr<T>
  | (T extends 'v128' ? never : T extends 'i64' ? number | bigint : number);

/** Makes an expression from its type and code. */
export function expr<T extends ResultType>(type: T, code: Code): Expr<T> {
  return { type, code };
}
